import { lstatSync, readdirSync } from 'node:fs';
import { decodePath } from '../../base/index.ts';
import { nativeCalls } from '../../base/native/index.ts';
import { systemPathOf } from '../system-path.ts';
import type { Mount } from './mounts.ts';
import { runTool } from './run-tool.ts';
import { isLeftover } from './snapshot-name.ts';
import type { SnapshotVolume } from './snapshot-volume.ts';

/** The inode of the topmost folder of every subvolume. */
const SUBVOLUME_INODE = 256;

/** The Btrfs subvolume that holds a path. Its snapshots are hidden folders in its topmost one, while they last. */
export function findBtrfsVolume(path: string, mount: Mount): SnapshotVolume | undefined {
  if (mount.type !== 'btrfs') return undefined;
  const folder = subvolumeOf(path, mount);
  return {
    folder,
    inner: innerSubvolumes(folder),
    clearLeftovers: () => {
      const left = readdirSync(systemPathOf(folder), { encoding: 'buffer' })
        .map(decodePath)
        .filter((name) => name.startsWith('.') && isLeftover(name.slice(1)));
      for (const name of left) remove(folder, name);
      return left;
    },
    take: (name) => {
      keepTime(folder, () => runTool('btrfs', 'subvolume', 'snapshot', '-r', folder, `${folder}.${name}`));
      return { folder: `${folder}.${name}/`, release: () => remove(folder, `.${name}`) };
    },
  };
}

function remove(folder: string, name: string): void {
  keepTime(folder, () => runTool('btrfs', 'subvolume', 'delete', folder + name));
}

/** The folder may be a part of the source, and is to be no different for having held a snapshot. */
function keepTime(folder: string, change: () => void): void {
  const { mtimeNs } = lstatSync(systemPathOf(folder), { bigint: true });
  change();
  nativeCalls()?.setTimes(systemPathOf(folder), { mtimeNs });
}

/** The nearest folder above that is the topmost of a subvolume; at the latest, that is where it is mounted. */
function subvolumeOf(path: string, mount: Mount): string {
  for (let folder = path; folder.length > mount.folder.length; folder = parentOf(folder)) {
    if (lstatSync(systemPathOf(folder)).ino === SUBVOLUME_INODE)
      return folder.endsWith('/') ? folder : `${folder}/`;
  }
  return mount.folder;
}

function parentOf(path: string): string {
  return path.slice(0, path.replace(/\/$/, '').lastIndexOf('/') + 1);
}

/** Names are listed from the top of the whole file system; those of this subvolume begin with its own. */
function innerSubvolumes(folder: string): readonly string[] {
  const [own = ''] = runTool('btrfs', 'subvolume', 'show', folder).split('\n');
  const prefix = own === '/' || own.startsWith('<') ? '' : `${own}/`;
  return [...runTool('btrfs', 'subvolume', 'list', '-o', folder).matchAll(/ path (.*)$/gm)].flatMap(
    ([, name = '']) =>
      name.startsWith(prefix) && !/(?:^|\/)\.ashlar-snapshot-[^/]*$/.test(name)
        ? [`${folder}${name.slice(prefix.length)}/`]
        : [],
  );
}
