#!/bin/bash
# The first process of a Linux that runs as a program (User Mode Linux) on the files of this machine: gives it a device mapper and loop devices, runs the
# command in the variable `run`, writes what that says to `$work/log`, and turns the machine off.
export PATH="$node:/usr/sbin:/usr/bin:/sbin:/bin" HOME="$work" TMPDIR="$work/memory"
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mkdir -p "$TMPDIR" "$work/lvm"
mount -t tmpfs tmpfs "$TMPDIR"
# Nobody makes device nodes for LVM here, and what it notes of its groups is not to stay on the machine.
cat >"$work/lvm/lvm.conf" <<'END'
activation { udev_sync = 0 udev_rules = 0 }
devices { obtain_device_list_from_udev = 0 external_device_info_source = "none" use_devicesfile = 0 }
END
mount --bind "$work/lvm" /etc/lvm
{
  for module in block/loop md/dm-mod md/dm-bufio md/dm-snapshot md/persistent-data/dm-persistent-data md/dm-bio-prison md/dm-thin-pool; do
    insmod "/usr/lib/uml/modules/$(uname -r)/kernel/drivers/$module.ko"
  done
  cd "$repository" && bash -c "$(cat "$work/run")"
} >"$work/log" 2>&1
sync
halt -f
