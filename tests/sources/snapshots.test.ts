/** Sources held still by snapshots of their file system, on disks of the test's own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';

const DISK_BYTES = 200 * 1024 * 1024;
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');

interface Place {
  readonly folder: string;
  /** Where the disk is mounted. */
  readonly disk: string;
  backUp(source: string, ...options: string[]): { readonly code: number | null; readonly text: string };
  restore(...options: string[]): string;
}

/** A file of the test with a file system on it, mounted until the end, or `undefined` after skipping the test. */
function place(t: TestContext, type: 'btrfs' | 'ext4', make: readonly string[]): Place | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-snapshots-'));
  const [image, disk] = [join(folder, 'image'), join(folder, 'disk')];
  t.after(() => {
    spawnSync('umount', ['--lazy', disk]);
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(disk);
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  for (const [program = '', ...args] of [
    [...make, image],
    ['mount', '-t', type, '-o', 'loop', image, disk],
  ]) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status === 0) continue;
    t.skip(`NO ${type.toUpperCase()}: '${program}' failed here: ${error?.message ?? stderr.trim()}`);
    return undefined;
  }
  let restores = 0;
  const run = (argv: readonly string[]) => runAshlar(folder, argv, { PASSPHRASE: 'p' });
  return {
    folder,
    disk,
    backUp: (source, ...options) => {
      const { code, out, err } = run(['backup', join(folder, 'destination'), source, ...options]);
      return { code, text: out + err };
    },
    restore: (...options) => {
      const target = join(folder, `restored-${restores++}`);
      const { code, err } = run([
        'restore',
        join(folder, 'destination'),
        `--restore-path=${target}`,
        ...options,
      ]);
      assert.equal(code, 0, err);
      return target;
    },
  };
}

function snapshotsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('ashlar-snapshot'));
}

/** A program that writes the same growing number into two files, one after the other, until it is killed. */
function keepCounting(t: TestContext, folder: string): Promise<ChildProcess> {
  const script =
    'n=0; while :; do n=$((n+1)); echo $n > first; sleep 0.02; echo $n > second; [ $n = 1 ] && echo ready; done';
  const child = spawn('bash', ['-c', script], { cwd: folder });
  t.after(() => child.kill('SIGKILL'));
  return new Promise((resolve) => child.stdout.once('data', () => resolve(child)));
}

test('backup --snapshot-policy stores a Btrfs subvolume as it was at one moment, and removes the snapshot', async (t) => {
  const here = place(t, 'btrfs', ['mkfs.btrfs', '-q']);
  if (here === undefined) return;
  const source = join(here.disk, 'sub', 'data');
  spawnSync('btrfs', ['subvolume', 'create', join(here.disk, 'sub')]);
  mkdirSync(source);
  spawnSync('btrfs', ['subvolume', 'create', join(source, 'inner')]);
  writeFileSync(join(source, 'inner', 'file'), 'in a subvolume of its own');
  const counter = await keepCounting(t, source);
  // While the command waits, both files change on the disk; the snapshot has them as they were before.
  const wait = '--stdin-command=sleep 1';
  const { code, text } = here.backUp(source, '--snapshot-policy=required', '--stdin-filename=/waited', wait);
  assert.equal(code, 0, text);
  counter.kill('SIGKILL');
  assert.deepEqual([snapshotsIn(join(here.disk, 'sub')), snapshotsIn(join(source, 'inner'))], [[], []]);
  const restored = here.restore(`${source}/*`);
  const [first, second] = ['first', 'second'].map((name) =>
    Number(readFileSync(join(restored, name), 'utf8')),
  );
  assert.ok(
    first === second || first === (second ?? 0) + 1,
    `${first} and ${second} belong to different moments`,
  );
  assert.equal(readFileSync(join(restored, 'inner', 'file'), 'utf8'), 'in a subvolume of its own');
  assert.deepEqual(readdirSync(restored).sort(), ['first', 'inner', 'second']);
  assert.equal(here.backUp(source, '--snapshot-policy=on').code, 0);
  assert.equal(
    here.backUp(source, '--snapshot-policy=on').code,
    1,
    'nothing has changed for the next snapshot',
  );
});

test('backup removes the snapshot that a killed run left', async (t) => {
  const here = place(t, 'btrfs', ['mkfs.btrfs', '-q']);
  if (here === undefined) return;
  writeFileSync(join(here.disk, 'file'), 'x');
  const argv = ['backup', join(here.folder, 'destination'), here.disk, '--snapshot-policy=on'];
  const started = `touch ${join(here.folder, 'started')}; sleep 60`;
  const child = spawn(process.execPath, [launcher, ...argv, `--stdin-command=${started}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: here.folder, TMPDIR: here.folder, PASSPHRASE: 'p' },
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!readdirSync(here.folder).includes('started')) await new Promise((resolve) => setImmediate(resolve));
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await ended;
  assert.equal(snapshotsIn(here.disk).length, 1);
  const { code, text } = here.backUp(here.disk, '--snapshot-policy=on');
  assert.equal(code, 0, text);
  assert.match(text, /a run that ended early left the snapshot/i);
  assert.deepEqual(snapshotsIn(here.disk), []);
  assert.deepEqual(readdirSync(here.restore(`${here.disk}/*`)), ['file']);
});

test('backup --snapshot-policy says what it does where no snapshot can be taken', (t) => {
  const here = place(t, 'ext4', ['mkfs.ext4', '-q']);
  if (here === undefined) return;
  writeFileSync(join(here.disk, 'file'), 'x');
  const codes = ['auto', 'on', 'required'].map((policy) => {
    writeFileSync(join(here.disk, 'file'), policy);
    const { code, text } = here.backUp(here.disk, `--snapshot-policy=${policy}`);
    assert.match(text, /could not be held still by a snapshot: a file system of the kind ext4/, policy);
    return code;
  });
  assert.deepEqual(codes, [0, 2, 100]);
});

test('backup --snapshot-policy holds a logical volume still', (t) => {
  if (spawnSync('dmsetup', ['version']).status !== 0)
    return t.skip('NO LVM: the kernel has no device mapper, or dmsetup is missing');
  if (process.geteuid?.() !== 0) return t.skip('NO LVM: logical volumes need root');
  const volume = logicalVolume(t);
  if (volume === undefined) return;
  writeFileSync(join(volume.disk, 'file'), 'on a logical volume');
  const destination = join(volume.folder, 'destination');
  const backup = runAshlar(
    volume.folder,
    ['backup', destination, volume.disk, '--snapshot-policy=required'],
    {
      PASSPHRASE: 'p',
    },
  );
  assert.equal(backup.code, 0, backup.err);
  const left = spawnSync('lvs', ['--noheadings', '-o', 'lv_name', volume.group], { encoding: 'utf8' }).stdout;
  assert.equal(left.trim(), 'data');
});

/** A volume group of its own on a loop device, with one mounted volume, or `undefined` after skipping the test. */
function logicalVolume(t: TestContext): { group: string; disk: string; folder: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-lvm-'));
  const [image, disk, group] = [join(folder, 'image'), join(folder, 'disk'), `ashlar-test-${process.pid}`];
  const script = `set -e; truncate -s ${DISK_BYTES} ${image}; mkdir ${disk}; device=$(losetup --find --show ${image})
    pvcreate -q $device; vgcreate -q ${group} $device; lvcreate -q -n data -l 50%VG ${group}
    mkfs.ext4 -q /dev/${group}/data; mount /dev/${group}/data ${disk}; echo $device`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  t.after(() => {
    spawnSync('umount', [disk]);
    spawnSync('vgremove', ['-q', '--force', group]);
    spawnSync('losetup', ['-d', stdout.trim()]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (status === 0) return { group, disk, folder };
  t.skip(`NO LVM: ${stderr.trim()}`);
  return undefined;
}
