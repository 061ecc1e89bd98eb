import assert from 'node:assert/strict';
import test from 'node:test';
import { mountOf, mountsBelow, parseMounts } from './mounts.ts';

const TABLE = Buffer.from(`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:5 / /proc rw - proc proc rw
31 22 8:2 / /home rw - ext4 /dev/sda2 rw
32 31 0:40 /sub /home/my\\040disk rw shared:2 master:1 - btrfs /dev/sdb rw,subvol=/sub
33 22 8:3 / /home rw - xfs /dev/mapper/vg-home rw
`);

test('parseMounts() reads blanks in names and parts of file systems, and takes the last of several mounts in one place', () => {
  const mounts = parseMounts(TABLE);
  assert.deepEqual(
    mounts.map(({ folder, type, source, root }) => `${folder} ${type} ${source} ${root}`),
    [
      '/ ext4 /dev/sda1 /',
      '/proc/ proc proc /',
      '/home/ xfs /dev/mapper/vg-home /',
      '/home/my disk/ btrfs /dev/sdb /sub/',
    ],
  );
});

test('mountOf() finds the nearest mount above, and mountsBelow() those inside', () => {
  const mounts = parseMounts(TABLE);
  assert.equal(mountOf('/home/my disk/a', mounts)?.type, 'btrfs');
  assert.equal(mountOf('/home', mounts)?.type, 'xfs');
  assert.equal(mountOf('/homely', mounts)?.type, 'ext4');
  assert.deepEqual(
    mountsBelow('/home/', mounts).map(({ folder }) => folder),
    ['/home/my disk/'],
  );
  assert.equal(mountsBelow('/', mounts).length, 3);
});
