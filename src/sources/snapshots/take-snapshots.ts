import { readFileSync } from 'node:fs';
import process from 'node:process';
import { errorMessage, type Log } from '../../base/index.ts';
import type { Relocation } from '../relocation.ts';
import { SourceError } from '../source-error.ts';
import { findBtrfsVolume } from './btrfs.ts';
import { findLvmVolume } from './lvm.ts';
import { type Mount, mountOf, mountsBelow, parseMounts } from './mounts.ts';
import { newSnapshotName } from './snapshot-name.ts';
import type { FindVolume, SnapshotVolume, TakenSnapshot } from './snapshot-volume.ts';
import { findZfsVolume } from './zfs.ts';

/** What to do where no snapshot can be taken: nothing is said but for whoever looks, a warning, or the run ends. */
export type SnapshotPolicy = 'off' | 'auto' | 'on' | 'required';

/** The state of the sources at one moment, as long as it lasts. */
export interface Snapshots extends Disposable {
  /** Where the parts of the sources lie now, inner parts first. */
  readonly relocations: readonly Relocation[];
}

const KINDS: readonly FindVolume[] = [findBtrfsVolume, findZfsVolume, findLvmVolume];

/** File systems without anything that a snapshot could hold. */
const UNREAL: ReadonlySet<string> = new Set(
  'proc sysfs devtmpfs devpts tmpfs cgroup cgroup2 securityfs debugfs tracefs mqueue hugetlbfs pstore bpf autofs configfs fusectl binfmt_misc rpc_pipefs nsfs efivarfs ramfs'.split(
    ' ',
  ),
);

/**
 * Takes a snapshot of every file system that the sources lie on, also of those mounted inside them, and
 * clears away what killed runs left. What is not on one that can be held still is read where it is. Throws
 * `snapshot-failed` only with the policy `required`; nothing is left behind then.
 */
export function takeSnapshots(
  roots: readonly string[],
  policy: SnapshotPolicy,
  log: Log,
  readMounts: () => Buffer = () => readFileSync('/proc/self/mountinfo'),
): Snapshots {
  const taker = new Taker(policy, log);
  if (policy === 'off') return taker;
  try {
    if (process.platform !== 'linux')
      taker.fail('Snapshots', new Error(`they cannot be taken on ${process.platform}`));
    else for (const root of roots) taker.takeFor(root, parseMounts(readMounts()));
    return taker;
  } catch (error) {
    taker[Symbol.dispose]();
    throw error;
  }
}

class Taker implements Snapshots {
  readonly #parts: Relocation[] = [];
  readonly #policy: SnapshotPolicy;
  readonly #log: Log;
  readonly #taken: TakenSnapshot[] = [];
  readonly #seen = new Set<string>();

  constructor(policy: SnapshotPolicy, log: Log) {
    this.#policy = policy;
    this.#log = log;
  }

  get relocations(): readonly Relocation[] {
    return this.#parts.toSorted((a, b) => b.path.length - a.path.length);
  }

  /** Everything below a root, each part once. */
  takeFor(root: string, mounts: readonly Mount[]): void {
    const own = mountOf(root, mounts);
    if (own !== undefined) this.#takeAt(root, own, root);
    for (const mount of mountsBelow(root, mounts)) this.#takeAt(mount.folder, mount, root);
  }

  fail(what: string, cause: unknown): void {
    const message = `${what} could not be held still by a snapshot: ${errorMessage(cause)}`;
    if (this.#policy === 'required') throw new SourceError('snapshot-failed', message, { cause, hint: HINT });
    this.#log.write(this.#policy === 'on' ? 'warning' : 'information', 'snapshot-failed', message);
  }

  [Symbol.dispose](): void {
    for (const snapshot of this.#taken.splice(0).reverse()) {
      try {
        snapshot.release();
      } catch (error) {
        this.#log.write('warning', 'snapshot-left', `${errorMessage(error)} The next run tries again.`);
      }
    }
  }

  #takeAt(path: string, mount: Mount, root: string): void {
    if (UNREAL.has(mount.type)) {
      this.#readInPlace(mount.folder, root);
      return;
    }
    try {
      const volume = findVolume(path, mount);
      if (volume === undefined)
        throw new Error(`a file system of the kind ${mount.type} on ${mount.source} has none.`);
      this.#takeVolume(volume, mount, root);
    } catch (error) {
      this.#readInPlace(mount.folder, root);
      this.fail(`'${path}'`, error);
    }
  }

  #takeVolume(volume: SnapshotVolume, mount: Mount, root: string): void {
    const { folder } = volume;
    if (this.#seen.has(folder)) return;
    this.#seen.add(folder);
    for (const name of volume.clearLeftovers())
      this.#log.write(
        'information',
        'snapshot-cleared',
        `A run that ended early left the snapshot '${name}'; it is removed.`,
      );
    const snapshot = volume.take(newSnapshotName());
    this.#taken.push(snapshot);
    this.#parts.push({ path: folder, folder: snapshot.folder });
    for (const inner of volume.inner) if (inner.startsWith(root)) this.#takeAt(inner, mount, root);
  }

  /** Where a snapshot above shows an empty folder, the real one is read. */
  #readInPlace(folder: string, root: string): void {
    if (folder.startsWith(root)) this.#parts.push({ path: folder, folder });
  }
}

function findVolume(path: string, mount: Mount): SnapshotVolume | undefined {
  for (const find of KINDS) {
    const volume = find(path, mount);
    if (volume !== undefined) return volume;
  }
  return undefined;
}

const HINT =
  'Snapshots need root, and a source on LVM, Btrfs or ZFS. With --snapshot-policy=on the backup goes on without.';
