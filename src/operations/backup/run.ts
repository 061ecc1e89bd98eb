import type { FilesetSeq } from '../../database/index.ts';
import { BackupCrew, type BlockVolumeSettings } from '../../pipeline/index.ts';
import { checkLocks } from '../../transfer/index.ts';
import { markNewSettled } from '../compact/settled.ts';
import type { OperationContext } from '../context.ts';
import { healLosses } from '../heal-losses/heal.ts';
import { findLosses } from '../heal-losses/losses.ts';
import { indexVolumes } from '../index-volumes/run.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { storeInterruptedVersion } from '../recover-interrupted/store-version.ts';
import { salvageDamaged } from '../salvage/run.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import { ListHelper } from '../upload-filelist/list-helper.ts';
import { filelistName, nextFreeTime, uploadFilelist } from '../upload-filelist/upload-filelist.ts';
import type { BackupSettings } from './backup-settings.ts';
import { knownBlocks } from './block-table.ts';
import { Booking } from './booking.ts';
import { checkSources } from './check-sources.ts';
import { checkSystem } from './check-system.ts';
import { completeFolders } from './complete-folders.ts';
import { concludeBackup } from './conclude.ts';
import { beginMarks, settleMarks } from './exclusion-marks.ts';
import { meetOthers } from './meet-others.ts';
import { BackupProgress } from './progress.ts';
import { type BackupResult, emptyBackupResult } from './result.ts';
import { scanSource } from './scan.ts';
import { expectTotals } from './source-totals.ts';

/** From here on a second thread makes more of a file list than its start takes. */
const LARGE_LIST_ENTRIES = 100_000;

/**
 * Makes a new version of the sources. The destination was listed and the listing booked; whatever happens
 * from here on, earlier versions stay as they are, and the next run goes on from what was stored.
 */
export async function runBackup(
  opened: OpenedBackup,
  settings: BackupSettings,
  context: OperationContext,
): Promise<BackupResult> {
  checkSources(settings);
  checkSystem(firstPath(opened));
  if (settings.lockDurationMs !== undefined) checkLocks(opened.remote);
  const volumes: BlockVolumeSettings = {
    ...settings.volumes,
    format: opened.format,
    folder: opened.temporary.path,
  };
  const complete = (seq: FilesetSeq) => completeFolders(opened, seq, { settings, volumes }, context);
  await storeInterruptedVersion(opened, { volumes, synthetic: settings.synthetic, complete }, context.log);
  await mendVolumes(opened, volumes, context);
  await salvageDamaged(opened, volumes, context);
  if (settings.compact !== undefined)
    markNewSettled(opened.database, { ...settings.compact.rules, ...opened.format });
  const result = emptyBackupResult();
  const seq = beginVersion(opened, volumes, context.clock.now());
  const version: Version = { opened, settings, volumes, seq, result };
  const uploads = new DblockUploads(opened, volumes, settings.parallelUploads);
  try {
    const changes = await storeEntries({ ...version, uploads }, context);
    if (changes === 0 && isNeedless(opened, settings, result)) dropVersion(version);
    else await storeVersion(version, context);
  } finally {
    await uploads.cancel();
  }
  if (settings.afterStoring !== undefined && !context.control.isStopping()) await settings.afterStoring();
  await concludeBackup(opened, settings, result, context);
  return result;
}

function firstPath({ database }: OpenedBackup): string | undefined {
  for (const { path } of database.entries.open()) return path;
  return undefined;
}

function beginVersion(opened: OpenedBackup, volumes: BlockVolumeSettings, nowMs: number): FilesetSeq {
  const { database } = opened;
  return database.transaction(() => {
    const newest = database.filesets.versions()[0]?.timestamp ?? 0;
    const timestamp = nextFreeTime(opened, Math.max(Math.floor(nowMs / 1000), newest + 1));
    const id = database.volumes.add({
      name: filelistName(timestamp, volumes),
      kind: 'dlist',
      state: 'temporary',
    });
    return database.filesets.begin(timestamp, id);
  });
}

interface Version {
  readonly opened: OpenedBackup;
  readonly settings: BackupSettings;
  readonly volumes: BlockVolumeSettings;
  readonly seq: FilesetSeq;
  readonly result: BackupResult;
}

interface StoringVersion extends Version {
  readonly uploads: DblockUploads;
}

/** Reads the source and stores what is new of it, up to the last dindex. Returns how many entries changed. */
async function storeEntries(version: StoringVersion, context: OperationContext): Promise<number> {
  const { opened, settings, uploads, seq, result } = version;
  const { database } = opened;
  const { signal } = context.control;
  const booking = new Booking(database, seq, result, context.log);
  using counting = new DisposableStack();
  let isOver = false;
  counting.defer(() => {
    isOver = true;
  });
  const before = database.filesets.versions()[0]?.totals;
  const totals = expectTotals(before, settings, context, () => isOver);
  const progress = new BackupProgress(result, totals, context);
  await using crew = openCrew(version, { booking, progress });
  const losses = findLosses(database);
  const expectedEntries = before === undefined ? 0 : before.files + before.folders + before.symlinks;
  const seeksMarked = beginMarks(database, settings);
  const uploadRoom = () => uploads.room();
  await scanSource(
    { database, settings, crew, booking, result, progress, losses, expectedEntries, seeksMarked, uploadRoom },
    context,
  );
  await crew.finish(signal);
  counting.dispose();
  for (const stream of settings.streams) await stream.finished();
  booking.bookStreams();
  progress.awaitUploads();
  await uploads.drain();
  await healLosses(opened, losses, context);
  return booking.changes;
}

/** The workers, whose answers are booked and whose volumes are uploaded. */
function openCrew(
  { opened: { database }, settings, volumes, uploads }: StoringVersion,
  { booking, progress }: { readonly booking: Booking; readonly progress: BackupProgress },
): BackupCrew {
  const crew = new BackupCrew(
    {
      known: knownBlocks(database),
      volumes,
      source: settings.reading,
      workers: settings.workers,
      cpuTenths: settings.cpuTenths,
      parallelUploads: settings.parallelUploads,
    },
    {
      onBlocks: (blocks) => {
        booking.bookBlocks(blocks);
        progress.addBlocks(blocks.sizes);
      },
      onExamined: (jobs, results, bytesRead) => {
        booking.bookExamined(jobs, results, bytesRead);
        progress.countFiles(jobs.filter(({ kind }) => kind === 'file').length);
      },
      onVolume: (volume) =>
        uploads.add(booking.bookVolume(volume), volume, { onEnd: (failure) => crew.endUpload(failure) }),
      onMoved: (from, into) => booking.bookMoved(from, into),
    },
  );
  return crew;
}

/** The commit point: from here on the version exists. */
async function storeVersion(
  { opened, settings, volumes, seq, result }: Version,
  context: OperationContext,
): Promise<void> {
  const { database } = opened;
  const totals = database.entries.totals(seq);
  const isLarge = totals.files + totals.folders + totals.symlinks >= LARGE_LIST_ENTRIES;
  await using helper = isLarge && settings.workers > 1 ? new ListHelper() : undefined;
  await indexVolumes(opened, volumes, context.log);
  database.transaction(() => {
    if (!result.isPartial) settleMarks(database, settings);
    database.filesets.describe(seq, result.isPartial ? 'partial' : 'full', totals);
  });
  if (settings.lastListing === 'check') await meetOthers(opened, { seq, volumes }, context);
  await uploadFilelist(opened, seq, volumes, { controlFiles: settings.controlFiles, helper });
  result.versionTime = database.filesets.get(seq).timestamp;
}

/**
 * A version without any change says nothing, but for a full one after a partial one. One that was stopped
 * before its first change says nothing in any case.
 */
function isNeedless(
  { database }: OpenedBackup,
  { unchanged }: BackupSettings,
  { isPartial }: BackupResult,
): boolean {
  const previousIsFull = database.filesets.versions()[0]?.isFull ?? false;
  return isPartial || (unchanged === 'drop' && previousIsFull);
}

/** Nothing changed: the version is not made. */
function dropVersion({ opened: { database }, settings, seq, result }: Version): void {
  database.transaction(() => {
    if (!result.isPartial) settleMarks(database, settings);
    const { volumeId } = database.filesets.get(seq);
    database.filesets.remove(seq);
    if (volumeId !== undefined) database.volumes.remove(volumeId);
  });
}
