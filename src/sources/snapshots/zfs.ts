import { SourceError } from '../source-error.ts';
import type { Mount } from './mounts.ts';
import { runTool } from './run-tool.ts';
import { isLeftover } from './snapshot-name.ts';
import type { SnapshotVolume } from './snapshot-volume.ts';

/** The ZFS dataset that holds a path. Its snapshots are seen below `.zfs/snapshot` without being mounted by anybody. */
export function findZfsVolume(_path: string, mount: Mount): SnapshotVolume | undefined {
  if (mount.type !== 'zfs') return undefined;
  const dataset = mount.source;
  const destroy = (name: string) => void runTool('zfs', 'destroy', `${dataset}@${name}`);
  return {
    folder: mount.folder,
    inner: [],
    clearLeftovers: () => {
      const list = runTool('zfs', 'list', '-H', '-d', '1', '-t', 'snapshot', '-o', 'name', dataset);
      const left = snapshotNames(list, dataset).filter(isLeftover);
      left.forEach(destroy);
      return left;
    },
    take: (name) => {
      if (mount.root !== '/') throw partOnly(mount);
      runTool('zfs', 'snapshot', `${dataset}@${name}`);
      return { folder: `${mount.folder}.zfs/snapshot/${name}/`, release: () => destroy(name) };
    },
  };
}

/** Its snapshots are seen at the topmost folder of a dataset, which is not there then. */
function partOnly({ folder, source }: Mount): SourceError {
  return new SourceError(
    'snapshot-failed',
    `Only a part of the dataset '${source}' is mounted at '${folder}'.`,
  );
}

function snapshotNames(list: string, dataset: string): readonly string[] {
  const start = `${dataset}@`;
  return list.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}
