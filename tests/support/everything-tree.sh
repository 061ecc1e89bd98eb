#!/usr/bin/env bash
# Builds, in the folder named as argument, one of everything that a source can hold. What needs root or a tool that is missing is left out.
set -eu
cd "$1"

# Times to 100 ns, before 1970 and far ahead; modes with every special bit.
mkdir plain modes
echo content >plain/file
: >plain/empty
touch -d '2001-02-03 04:05:06.123456700 UTC' plain/file
touch -d '1965-01-01 00:00:00.5 UTC' plain/empty
head -c 3000000 /dev/urandom >plain/large
touch -d '2037-12-31 23:59:59.9999999 UTC' plain/large
for mode in 0000 0200 0444 0600 0755 0777 1644 2755 4755 6711 7777; do
  echo "$mode" >"modes/$mode"
  chmod "$mode" "modes/$mode"
done
mkdir modes/sticky modes/setgid
chmod 1777 modes/sticky
chmod 2775 modes/setgid

# Names.
mkdir names
cd names
touch -- ' leading' 'trailing ' $'new\nline' $'tab\t' 'back\slash' '*star?' '[brackets]' "quote'\"" '%PATH%' '$HOME' '@at' '-dash' '...' '.hidden'
touch -- ' ' $'cr\r' $'\x01' $'\x7f' '\' $'backslash\\\n' 'a:b' 'CON' 'ends.' $'\xef\xbb\xbfbom' $'surrogate-\xed\xa0\x80' $'overlong-\xc0\xaf' '.. '
touch "$(printf 'n%.0s' $(seq 255))" "$(printf '\xc3\xa4%.0s' $(seq 127))"
touch $'not-utf8-\xff\xfe\x80' $'private-\xf4\x8f\xbe\x80' $'emoji-\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80'
echo composed >$'nfc-\xc3\xa9'
echo decomposed >$'nfc-e\xcc\x81'
mkdir $'folder-\xff' 'folder '
echo inside >$'folder-\xff/inside'
ln -s $'folder-\xff/inside' $'link-\xff'
cd ..

# Links.
mkdir links
cd links
echo target >target
ln -s target to-file
ln -s ../plain to-folder
ln -s nowhere dangling
ln -s loop loop
ln -s /etc/hostname outside
ln -s ' ' blank
ln -s ../links/ ends-in-slash
ln -s $'not-utf8-\xff' not-utf8
ln -s "$(printf 'x%.0s' $(seq 4000))" long-target
touch -h -d '2002-03-04 05:06:07.7654321 UTC' to-file
echo shared >hard-1
ln hard-1 hard-2
ln hard-1 .hard-hidden
mkdir deeper
ln hard-1 deeper/hard-3
head -c 2000000 /dev/urandom >hard-large-1
ln hard-large-1 deeper/hard-large-2
: >hard-empty-1
ln hard-empty-1 hard-empty-2
cp -p target twin-1
cp -p target twin-2
cd ..

# Holes: at the start, in the middle, at the end, everywhere, smaller than a block, and zeros that are no hole.
mkdir sparse
cd sparse
truncate -s 20M all-hole
truncate -s 5M hole-at-end && printf data | dd of=hole-at-end conv=notrunc status=none
printf end | dd of=hole-at-start bs=1M seek=4 conv=notrunc status=none
head -c 65536 /dev/urandom | dd of=small-holes bs=65536 conv=notrunc status=none
for at in 3 7 40; do head -c 4096 /dev/urandom | dd of=small-holes bs=64K seek="$at" conv=notrunc status=none; done
head -c 3000000 /dev/zero >zeros
cp -p --sparse=always small-holes twin-holes
if [ -n "${LARGE:-}" ]; then
  for at in 0 4500 9215; do printf data | dd of=beyond-4-gib bs=1M seek="$at" conv=notrunc status=none; done
  truncate -s 9G beyond-4-gib
fi
cd ..

# Special files.
mkdir special
mkfifo -m 640 special/fifo
ln special/fifo special/fifo-again
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("special/socket")' || true
if [ "$(id -u)" = 0 ]; then
  mknod -m 620 special/character-device c 1 3
  mknod -m 660 special/block-device b 7 200
fi

# Attributes, access control lists, capabilities, owners, flags.
mkdir attributes
cd attributes
for name in xattr acl capability owner unknown-owner immutable append; do echo "$name" >"$name"; done
mkdir acl-folder xattr-folder immutable-folder append-folder closed-folder
echo inside | tee immutable-folder/file append-folder/file closed-folder/file >/dev/null
echo several >immutable-1
ln immutable-1 immutable-2
if command -v setfattr >/dev/null; then
  setfattr -n user.text -v 'a value' xattr
  setfattr -n user.binary -v 0x00ff80 xattr
  setfattr -n user.large -v "$(head -c 1500 /dev/zero | tr '\0' v)" xattr
  setfattr -n user.on-folder -v yes xattr-folder
  setfattr -n user.without-value xattr
  if [ "$(id -u)" = 0 ]; then
    setfattr -n trusted.secret -v seen xattr
    setfattr -n security.label -v seen xattr
    setfattr -h -n trusted.on-link -v seen ../links/dangling
    setfattr -n trusted.on-fifo -v seen ../special/fifo
  fi
fi
if command -v setfacl >/dev/null; then
  setfacl -m u:daemon:rwx,g:bin:r acl
  setfacl -m u:daemon:rx -m d:g:bin:rwx acl-folder
  echo inherited >acl-folder/inherited
  mkdir acl-folder/inheriting
  setfacl -m u:daemon:--- acl-folder/inherited
fi
if [ "$(id -u)" = 0 ]; then
  chmod 0 closed-folder
  if command -v setcap >/dev/null; then setcap cap_net_raw,cap_net_admin+ep capability; fi
  chown daemon:bin owner
  chmod 6755 owner
  chown 54321:65432 unknown-owner
  chown -h daemon:bin ../links/dangling
  if command -v chattr >/dev/null; then
    chattr +i immutable immutable-1 immutable-folder
    chattr +a append append-folder
  fi
fi
cd ..

# Many entries, many levels, paths longer than the system takes in one piece.
mkdir many deep long
(cd many && seq -f 'entry-%06g' "${MANY:-100000}" | xargs touch)
deepest=deep$(printf '/d%.0s' $(seq 1000))
mkdir -p "$deepest"
echo bottom >"$deepest/bottom"
(
  cd long
  name=$(printf 'l%.0s' $(seq 250))
  for level in $(seq 20); do mkdir "$name" && cd "$name"; done
  echo bottom >bottom && ln -s bottom link && mkfifo fifo && ln bottom hard && : >$'not-utf8-\xff'
  touch -d '2003-04-05 06:07:08.1234567 UTC' bottom
)

# Folders get times last.
touch -d '2004-05-06 07:08:09.7654321 UTC' plain attributes/xattr-folder many .
