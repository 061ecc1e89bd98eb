#!/bin/sh
# Installs what `npm run test:servers` needs beyond what `npm test` uses, on Debian and as root. Without one of them its tests are skipped and say so.
set -eu
if [ ! -e /usr/sbin/policy-rc.d ]; then
  # The tests start servers of their own; the packages are not to start any.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  openssh-server vsftpd samba samba-common-bin apache2 rclone openssl \
  swift-proxy swift-account swift-container swift-object memcached keystone python3-keystonemiddleware \
  ceph-mon ceph-osd radosgw
# Azurite, ProFTPD and Pure-FTPd are fetched by the tests themselves, since the last two cannot be installed beside vsftpd.
