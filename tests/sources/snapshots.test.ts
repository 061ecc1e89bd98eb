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

const MIB = 1024 * 1024;
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');

interface Place {
  readonly folder: string;
  /** Where the disk is mounted. */
  readonly disk: string;
  /** Free for something to be mounted, and unmounted first. */
  readonly part: string;
  backUp(source: string, ...options: string[]): { readonly code: number | null; readonly text: string };
  restore(...options: string[]): string;
}

/** A kind of disk that a test can have to itself. */
interface Disk {
  readonly name: string;
  /** Lines for `bash`: make a file system on the file `$image` and mount it at `$disk`. */
  readonly make: string;
  /** The same, before the file goes away. */
  readonly unmake?: string;
  readonly sizeBytes: number;
}

const BTRFS: Disk = {
  name: 'Btrfs',
  make: 'mkfs.btrfs -q "$image"; mount -t btrfs -o loop "$image" "$disk"',
  sizeBytes: 200 * MIB,
};
const EXT4: Disk = {
  name: 'ext4',
  make: 'mkfs.ext4 -q "$image"; mount -t ext4 -o loop "$image" "$disk"',
  sizeBytes: 200 * MIB,
};
const GROUP = `ashlar-test-${process.pid}`;
const VOLUME_GROUP =
  'device=$(losetup --find --show "$image"); pvcreate -q $device; vgcreate -q $group $device;';
const LOGICAL_VOLUMES: readonly Disk[] = [
  {
    name: 'a logical volume with ext4',
    make: `${VOLUME_GROUP} lvcreate -q -n data -l 50%VG $group; mkfs.ext4 -q /dev/$group/data; mount /dev/$group/data "$disk"`,
    sizeBytes: 200 * MIB,
  },
  {
    name: 'a thin logical volume with XFS',
    make: `${VOLUME_GROUP} lvcreate -q -T -l 90%VG --poolmetadatasize 4M $group/pool; lvcreate -q -n data -V 500M -T $group/pool
      mkfs.xfs -q /dev/$group/data; mount /dev/$group/data "$disk"`,
    sizeBytes: 800 * MIB,
  },
].map((disk) => ({
  ...disk,
  unmake:
    'vgremove -q --force $group; losetup --associated "$image" --noheadings -O NAME | xargs -r losetup --detach',
}));

function bash(script: string, variables: Readonly<Record<string, string>>) {
  const env = { ...process.env, group: GROUP, ...variables };
  return spawnSync('bash', ['-ec', script], { encoding: 'utf8', env });
}

/** A disk of the test's own, mounted until the end, or `undefined` after skipping the test. */
function place(t: TestContext, { name, make, unmake = ':', sizeBytes }: Disk): Place | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-snapshots-'));
  const [image, disk, part] = [join(folder, 'image'), join(folder, 'disk'), join(folder, 'part')];
  t.after(() => {
    spawnSync('umount', ['--lazy', part, disk]);
    bash(unmake, { image });
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(disk);
  writeFileSync(image, '');
  truncateSync(image, sizeBytes);
  const { status, stderr } = bash(make, { image, disk });
  if (status !== 0) {
    t.skip(`NO ${name.toUpperCase()}: ${stderr.trim()}`);
    return undefined;
  }
  let restores = 0;
  const run = (argv: readonly string[]) => runAshlar(folder, argv, { PASSPHRASE: 'p' });
  return {
    folder,
    disk,
    part,
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

function assertOneMoment(folder: string): void {
  const [first = 0, second = 0] = ['first', 'second'].map((name) =>
    Number(readFileSync(join(folder, name), 'utf8')),
  );
  assert.ok(first === second || first === second + 1, `${first} and ${second} belong to different moments`);
}

/** While the command of such a backup waits, files change on the disk; the snapshot has them as they were before. */
const WAITING = ['--snapshot-policy=required', '--stdin-filename=/waited', '--stdin-command=sleep 1'];

test('backup --snapshot-policy stores a Btrfs subvolume as it was at one moment, and removes the snapshot', async (t) => {
  const here = place(t, BTRFS);
  if (here === undefined) return;
  const source = join(here.disk, 'sub', 'data');
  spawnSync('btrfs', ['subvolume', 'create', join(here.disk, 'sub')]);
  mkdirSync(source);
  spawnSync('btrfs', ['subvolume', 'create', join(source, 'inner')]);
  writeFileSync(join(source, 'inner', 'file'), 'in a subvolume of its own');
  const counter = await keepCounting(t, source);
  const { code, text } = here.backUp(source, ...WAITING);
  assert.equal(code, 0, text);
  counter.kill('SIGKILL');
  assert.deepEqual([snapshotsIn(join(here.disk, 'sub')), snapshotsIn(join(source, 'inner'))], [[], []]);
  const restored = here.restore(`${source}/*`);
  assertOneMoment(restored);
  assert.equal(readFileSync(join(restored, 'inner', 'file'), 'utf8'), 'in a subvolume of its own');
  assert.deepEqual(readdirSync(restored).sort(), ['first', 'inner', 'second']);
  assert.equal(here.backUp(source, '--snapshot-policy=on').code, 0);
  assert.equal(
    here.backUp(source, '--snapshot-policy=on').code,
    1,
    'nothing has changed for the next snapshot',
  );
});

for (const disk of [BTRFS, ...LOGICAL_VOLUMES]) {
  test(`backup removes the snapshot that a killed run left of ${disk.name}`, async (t) => {
    const here = place(t, disk);
    if (here === undefined) return;
    writeFileSync(join(here.disk, 'file'), 'x');
    const argv = ['backup', join(here.folder, 'destination'), here.disk, '--snapshot-policy=on'];
    const started = `touch ${join(here.folder, 'started')}; sleep 60`;
    const child = spawn(process.execPath, [launcher, ...argv, `--stdin-command=${started}`], {
      env: { PATH: process.env['PATH'] ?? '', HOME: here.folder, TMPDIR: here.folder, PASSPHRASE: 'p' },
      detached: true,
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!readdirSync(here.folder).includes('started'))
      await new Promise((resolve) => setImmediate(resolve));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    assert.equal(snapshotsOf(here, disk).length, 1);
    const { code, text } = here.backUp(here.disk, '--snapshot-policy=on');
    assert.equal(code, 0, text);
    assert.match(text, /a run that ended early left the snapshot/i);
    assert.deepEqual(snapshotsOf(here, disk), []);
    assert.doesNotMatch(readFileSync('/proc/self/mounts', 'utf8'), /ashlar-snapshot-/);
    const held = readdirSync(here.restore(`${here.disk}/*`));
    assert.deepEqual(
      held.filter((name) => name !== 'lost+found'),
      ['file'],
    );
  });
}

/** The snapshots that there are of the disk. */
function snapshotsOf(here: Place, disk: Disk): readonly string[] {
  if (disk === BTRFS) return snapshotsIn(here.disk);
  const { stdout } = spawnSync('lvs', ['--noheadings', '-o', 'lv_name', GROUP], { encoding: 'utf8' });
  return stdout.split('\n').filter((name) => name.includes('ashlar-snapshot'));
}

test('backup --snapshot-policy says what it does where no snapshot can be taken', (t) => {
  const here = place(t, EXT4);
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

for (const disk of LOGICAL_VOLUMES) {
  test(`backup --snapshot-policy stores ${disk.name} as it was at one moment, also where only a part of it is mounted`, async (t) => {
    const here = place(t, disk);
    if (here === undefined) return;
    const source = join(here.disk, 'inner', 'data');
    mkdirSync(source, { recursive: true });
    mkdirSync(here.part);
    assert.equal(spawnSync('mount', ['--bind', join(here.disk, 'inner'), here.part]).status, 0);
    const counter = await keepCounting(t, source);
    for (const path of [source, join(here.part, 'data')]) {
      const { code, text } = here.backUp(path, ...WAITING);
      assert.equal(code, 0, text);
      assertOneMoment(here.restore(`${path}/*`));
    }
    counter.kill('SIGKILL');
    assert.deepEqual(snapshotsOf(here, disk), []);
    assert.doesNotMatch(readFileSync('/proc/self/mounts', 'utf8'), /ashlar-snapshot-/);
  });
}
