import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { SourceError } from '../source-error.ts';
import { type Mount, parseMounts } from './mounts.ts';
import { runTool } from './run-tool.ts';
import { isLeftover } from './snapshot-name.ts';
import type { SnapshotVolume, TakenSnapshot } from './snapshot-volume.ts';

/** A folder of the system that is empty after each start, so that no kill leaves folders behind for long. */
const MOUNT_FOLDER = '/run/ashlar';

/** What may change while a snapshot of a volume without thin pool lasts: a share of its size. */
const CHANGES = '10%ORIGIN';

/** A logical volume, as `lvs` tells of it. */
export interface LogicalVolume {
  readonly group: string;
  readonly name: string;
  /** Thin volumes share the room of their pool, others need some set aside. */
  readonly isThin: boolean;
}

/** The logical volume that holds a path. Its snapshot is mounted, read-only, in a folder of its own below `/run`. */
export function findLvmVolume(_path: string, mount: Mount): SnapshotVolume | undefined {
  if (!/^\/dev\/(?:mapper\/|dm-)/.test(mount.source)) return undefined;
  const list = runTool('lvs', '--noheadings', '--separator=|', '-o', 'vg_name,lv_name,pool_lv', mount.source);
  const [volume] = parseVolumes(list);
  if (volume === undefined) return undefined;
  return {
    folder: mount.folder,
    inner: [],
    clearLeftovers: () => clearLeftovers(volume.group),
    take: (name) => {
      runTool('lvcreate', ...createArguments(volume, name));
      return attempt(
        () => mountSnapshot(volume.group, name, mount),
        () => remove(volume.group, name),
      );
    },
  };
}

/** `group|name|pool` a line. */
export function parseVolumes(list: string): readonly LogicalVolume[] {
  return list.split('\n').flatMap((line) => {
    const [group, name, pool] = line.trim().split('|');
    return group === undefined || name === undefined ? [] : [{ group, name, isThin: (pool ?? '') !== '' }];
  });
}

/** A thin snapshot takes no room, but is left inactive unless told otherwise. */
export function createArguments(volume: LogicalVolume, name: string): readonly string[] {
  const origin = `${volume.group}/${volume.name}`;
  const room = volume.isThin ? ['--setactivationskip', 'n', '--activate', 'y'] : ['--extents', CHANGES];
  return ['--quiet', '--snapshot', '--name', name, ...room, origin];
}

/** XFS refuses a second file system of the same identity, which a snapshot is. */
export function mountOptions(type: string): string {
  return type === 'xfs' ? 'ro,nouuid' : 'ro';
}

/** Where a part of the volume is mounted, the same part of the snapshot is its state. */
function mountSnapshot(group: string, name: string, { type, root }: Mount): TakenSnapshot {
  const folder = `${MOUNT_FOLDER}/${name}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  runTool('mount', '-t', type, '-o', mountOptions(type), `/dev/${group}/${name}`, folder);
  return { folder: folder + root, release: () => remove(group, name) };
}

function clearLeftovers(group: string): readonly string[] {
  const list = runTool('lvs', '--noheadings', '--separator=|', '-o', 'vg_name,lv_name,pool_lv', group);
  const left = parseVolumes(list).flatMap(({ name }) => (isLeftover(name) ? [name] : []));
  for (const name of left) remove(group, name);
  return left;
}

function remove(group: string, name: string): void {
  const folder = `${MOUNT_FOLDER}/${name}`;
  const mounts = parseMounts(readFileSync('/proc/self/mountinfo'));
  if (mounts.some((mount) => mount.folder === `${folder}/`)) runTool('umount', folder);
  runTool('lvremove', '--quiet', '--force', `${group}/${name}`);
  try {
    rmdirSync(folder);
  } catch {
    // It was never made, or goes with the next start of the machine.
  }
}

/** Does a step, and undoes the one before where it fails. */
function attempt<T>(step: () => T, undo: () => void): T {
  try {
    return step();
  } catch (error) {
    undo();
    if (error instanceof SourceError) throw error;
    throw new SourceError('snapshot-failed', `Cannot mount a snapshot: ${String(error)}.`, { cause: error });
  }
}
