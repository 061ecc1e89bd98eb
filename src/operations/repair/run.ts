import type { Log, LogEntry } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { describeLosses } from '../heal-losses/tell-losses.ts';
import { readLocks } from '../locks/read-locks.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import { dataLost } from '../open-backup/failures.ts';
import { type Opened, openBackup } from '../open-backup/open-backup.ts';
import type { Opening } from '../open-backup/opening.ts';
import { type RebuildSettings, rebuildBlocks } from '../rebuild-blocks/run.ts';
import { storeInterruptedVersion } from '../recover-interrupted/store-version.ts';
import { salvageDamaged } from '../salvage/run.ts';
import { deleteUnneeded } from './delete-unneeded.ts';
import type { RepairResult } from './result.ts';

export interface RepairInput {
  /** With purpose `continue`. */
  readonly opening: Opening;
  /** How volumes are written, once it is known what the destination holds. */
  readonly volumes: (opened: Opened) => Promise<Omit<BlockVolumeSettings, 'format' | 'folder'>>;
  /** Whether an interrupted run becomes a partial version. */
  readonly synthetic: 'make' | 'drop';
  /** How lost data are stored again from the files that they came from; absent: they are not. */
  readonly rebuild?: RebuildSettings | undefined;
  /**
   * Of which volumes the destination is asked about locks: those of which nothing is known, or all. Default:
   * of none.
   */
  readonly locks?: 'unknown' | 'all' | undefined;
  /** Called when everything is done, while the backup is open. */
  readonly onRepaired?: (opened: Opened) => Promise<void>;
}

/**
 * Makes the local database and the destination agree. The database is rebuilt where it is missing, unreadable
 * or behind the destination; what an interrupted run left is finished or cleared; file lists and indexes that
 * are missing or damaged are stored again, and so are damaged dblocks that their parity data make whole; of
 * other damaged ones what can be read is stored again. dblocks that are lost are made again from the files
 * they came from where that is asked for (`repair-incomplete` where that is in vain). Without it, where
 * versions lack data, `data-lost` is thrown once all else is done.
 */
export async function runRepair(input: RepairInput, context: OperationContext): Promise<RepairResult> {
  const done: LogEntry[] = [];
  const log = noting(context.log, done);
  const noted = { ...context, log };
  await using opened = await openBackup({ ...input.opening, losses: 'accept' }, noted);
  const volumes: BlockVolumeSettings = {
    ...(await input.volumes(opened)),
    format: opened.format,
    folder: opened.temporary.path,
  };
  await storeInterruptedVersion(opened, { volumes, synthetic: input.synthetic }, log);
  const isNew = newerVolumes(opened);
  const mended = await mendVolumes(opened, volumes, noted);
  await salvageDamaged(opened, volumes, noted, input.rebuild === undefined ? 'wait' : 'take-for-lost');
  await deleteUnneeded(opened, noted);
  if (input.rebuild !== undefined) await rebuildBlocks(opened, volumes, input.rebuild, noted);
  if (input.locks !== undefined) await readLocks(opened, input.locks, context);
  await input.onRepaired?.(opened);
  const lost = input.rebuild === undefined ? describeLosses(opened.database) : undefined;
  if (lost !== undefined) throw dataLost(lost);
  const count = (id: string) => done.filter((entry) => entry.id === id).length;
  const indexes = mended - count('filelist-rewritten');
  if (indexes > 0)
    log.write(
      'information',
      'indexes-rewritten',
      `Stored indexes again that were missing or damaged: ${indexes}.`,
    );
  return {
    isDatabaseRebuilt: count('database-rebuild') > 0,
    storedVolumes: opened.database.volumes.all().filter(isNew).length + count('volume-replaced'),
    deletedVolumes: count('leftover-deleted'),
    actions: done.map(({ text }) => text),
    isDryRun: false,
  };
}

/** Tells volumes that were stored from now on. */
function newerVolumes({ database }: Opened): (volume: VolumeRow) => boolean {
  const newest = database.volumes.all().at(-1)?.id ?? 0;
  return ({ id, state }) => id > newest && (state === 'uploaded' || state === 'verified');
}

/** What the steps of a repair do they tell in a line each. */
function noting(log: Log, done: LogEntry[]): Log {
  return {
    write: (level, id, text) => {
      if (level === 'information') done.push({ level, id, text });
      log.write(level, id, text);
    },
  };
}
