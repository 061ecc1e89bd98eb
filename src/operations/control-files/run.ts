import { BackupError, errorMessage, type Log } from '../../base/index.ts';
import { parseControlFileEntryName } from '../../format/index.ts';
import { openVolume, TemporaryFolder } from '../../pipeline/index.ts';
import { type Remote, readVolume } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { connect, createRemote } from '../open-backup/connect.ts';
import type { BackupTarget, ListedVolume } from '../opened-backup/opened-backup.ts';
import { listVolumes } from '../verify-listing/list-volumes.ts';

/** A file that was put into the lists of versions by `--control-files`. */
export interface ControlFile {
  /** Its base name, which leads out of no folder. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Control files are settings and the like. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/**
 * The control files in the newest list that can be read. Needs no local database. Throws `filelist-missing`
 * where no list can be read.
 */
export async function readControlFiles(
  target: BackupTarget,
  context: OperationContext,
): Promise<readonly ControlFile[]> {
  await using destination = await connect(target, context.log);
  const remote = createRemote(destination, { target, folder: 'must-exist' }, context);
  using temporary = new TemporaryFolder(target.temporaryParent);
  const { volumes } = await listVolumes(remote, target.prefix);
  const lists = volumes.filter(({ parsed }) => parsed.kind === 'dlist').toSorted(newestFirst);
  for (const { name } of lists) {
    try {
      return await readFrom(name, { remote, temporary, target, log: context.log });
    } catch (error) {
      context.control.signal.throwIfAborted();
      context.log.write('warning', 'filelist-unreadable', `'${name}' cannot be read: ${errorMessage(error)}`);
    }
  }
  throw new BackupError('filelist-missing', 'There is no list of files that can be read.', {
    hint: 'Check the destination, --prefix and the passphrase.',
  });
}

async function readFrom(
  name: string,
  {
    remote,
    temporary,
    target,
    log,
  }: {
    readonly remote: Remote;
    readonly temporary: TemporaryFolder;
    readonly target: BackupTarget;
    readonly log: Log;
  },
): Promise<ControlFile[]> {
  const newPath = (label: string) => temporary.newPath(label);
  const format = target.checks?.manifests === 'ignore' ? { format: 'ignore' as const } : {};
  return readVolume({ remote, name, newPath, log }, async (path) => {
    using volume = await openVolume({ name, path, ...format }, target.keys, newPath);
    const { archive } = volume;
    return archive.entries.flatMap((entry) => {
      const fileName = parseControlFileEntryName(entry.name);
      return fileName === undefined ? [] : [{ name: fileName, bytes: archive.read(entry, LARGEST_BYTES) }];
    });
  });
}

function newestFirst(one: ListedVolume, other: ListedVolume): number {
  return timeOf(other) - timeOf(one);
}

function timeOf({ parsed }: ListedVolume): number {
  return parsed.timeMs ?? 0;
}
