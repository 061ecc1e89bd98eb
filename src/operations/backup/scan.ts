import { comparePaths, counted } from '../../base/index.ts';
import { ENTRY_KINDS, type EntryRow, type LocalDatabase } from '../../database/index.ts';
import type { BackupCrew, ExamineJob, KnownEntry } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { Losses } from '../heal-losses/losses.ts';
import type { BackupSettings } from './backup-settings.ts';
import { type Booking, kindOf } from './booking.ts';
import type { BackupProgress } from './progress.ts';
import { type BackupResult, countExamined } from './result.ts';
import { SourceShrinkage } from './source-shrinkage.ts';
import type { FoundEntry } from './walk/found-entry.ts';
import { walkLargeSource } from './walk/walk-source.ts';

/**
 * A batch holds at most this many entries and about this many bytes of files, so that all workers have work
 * and none hoards it.
 */
const BATCH_ENTRIES = 128;
const BATCH_BYTES = 16 * 1024 * 1024;
/** A batch of files that have no more together is short work. */
const SHORT_BYTES = 4 * 1024 * 1024;
/** More than this is worth the start of threads that help with it. */
const LARGE_BYTES = 128 * 1024 * 1024;
/** Times of `lstat` as numbers step by a quarter of a microsecond today. */
const TIME_STEP_MS = 0.001;

export interface Scan {
  readonly database: LocalDatabase;
  readonly settings: BackupSettings;
  readonly crew: BackupCrew;
  readonly booking: Booking;
  readonly result: BackupResult;
  readonly progress: BackupProgress;
  readonly losses: Losses;
  /** About how many entries the source has: those of the version before, 0 for a first backup. */
  readonly expectedEntries: number;
  /**
   * True where the version before may hold files that are marked to be left out now, so that each must be
   * looked at.
   */
  readonly seeksMarked: boolean;
  /** Resolves when no finished volume waits for its upload to begin. */
  readonly uploadRoom: () => Promise<void>;
}

/**
 * Walks the source beside the sorted entries of the version before. An entry that looks the same costs one
 * `lstat` and one comparison; the rest goes to the workers in batches; what is only in the version before is
 * deleted. Ends early on a stop, and then leaves the rest of the version before as it is.
 */
export async function scanSource(scan: Scan, context: OperationContext): Promise<void> {
  const { settings, result, booking } = scan;
  const merge = new Merge(scan.database.entries.open());
  const batch = new Batch(scan, context);
  const shrinkage = new SourceShrinkage(settings.selection.roots);
  const large = { expectedEntries: scan.expectedEntries, workMeanwhile: () => scan.crew.loadSome() };
  for await (const entries of walkLargeSource(settings, large, result, context)) {
    for (const [index, entry] of entries.entries()) {
      if (context.control.isStopping()) {
        result.unprocessedFiles += entries.length - index;
        break;
      }
      if (meet(entry, { scan, merge, batch, shrinkage })) await batch.send();
    }
    scan.progress.enter(entries.at(-1)?.path);
    context.control.signal.throwIfAborted();
    // The workers' answers are booked between batches of the walk.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (context.control.isStopping()) {
    // What was gathered and not sent stays as it was in the version before.
    result.isPartial = true;
    result.unprocessedFiles += batch.waiting;
    return;
  }
  await batch.send();
  booking.bookAllDeleted(missing(shrinkage.countGone(merge.rest()), settings));
  tellShrunk(shrinkage, settings, context);
}

interface Meeting {
  readonly scan: Scan;
  readonly merge: Merge;
  readonly batch: Batch;
  readonly shrinkage: SourceShrinkage;
}

/** Compares an entry with the version before. True when the batch should be sent. */
function meet(entry: FoundEntry, { scan, merge, batch, shrinkage }: Meeting): boolean {
  const { previous, gone } = merge.advanceTo(entry.path);
  scan.booking.bookAllDeleted(missing(shrinkage.countGone(gone), scan.settings));
  if (previous !== undefined) shrinkage.add(previous.path, false);
  if (!isKnown(entry, previous, scan)) return batch.add(entry, previous);
  takeKnown(entry, previous, scan);
  return false;
}

function takeKnown(entry: FoundEntry, previous: EntryRow, { result, progress }: Scan): void {
  result.examinedBytes += previous.sizeBytes;
  countExamined(result, entry.kind);
  if (previous.kind === ENTRY_KINDS.file) progress.countFiles(1);
}

function tellShrunk(
  shrinkage: SourceShrinkage,
  { changed }: BackupSettings,
  { log }: OperationContext,
): void {
  if (changed !== undefined) return;
  for (const { root, before, gone } of shrinkage.shrunk())
    log.write(
      'warning',
      'source-shrunk',
      `Of ${counted(before, 'entry', 'entries')} that '${root}' held in the version before, ${gone} are gone. Check whether all its disks are mounted; the versions before still hold them.`,
    );
}

/** True where the version before holds the entry as it is, and nothing of it was lost. */
function isKnown(
  entry: FoundEntry,
  previous: EntryRow | undefined,
  { losses, settings, seeksMarked }: Scan,
): previous is EntryRow {
  if (previous === undefined || lacks(losses, previous)) return false;
  if (seeksMarked && entry.kind === 'file') return false;
  return looksUnchanged(entry, previous, settings);
}

/**
 * Those of the rows without an entry in the walk that are not in the source any more: all, unless the walk
 * was told to look at few.
 */
function* missing(rows: Iterable<EntryRow>, { changed }: BackupSettings): Generator<EntryRow> {
  for (const row of rows) if (changed?.isDeleted(row.path) ?? true) yield row;
}

/** Steps through the rows of the version before as the walk goes on; both are in the same order. */
export class Merge {
  readonly #rows: Iterator<EntryRow>;
  #next: EntryRow | undefined;

  constructor(rows: Iterable<EntryRow>) {
    this.#rows = rows[Symbol.iterator]();
    this.#step();
  }

  advanceTo(path: string): { readonly previous: EntryRow | undefined; readonly gone: readonly EntryRow[] } {
    const gone: EntryRow[] = [];
    for (; this.#next !== undefined; this.#step()) {
      const order = this.#next.path === path ? 0 : comparePaths(this.#next.path, path);
      if (order > 0) break;
      if (order < 0) {
        gone.push(this.#next);
        continue;
      }
      const previous = this.#next;
      this.#step();
      return { previous, gone };
    }
    return { previous: undefined, gone };
  }

  *rest(): Generator<EntryRow> {
    for (; this.#next !== undefined; this.#step()) yield this.#next;
  }

  #step(): void {
    const step = this.#rows.next();
    this.#next = step.done === true ? undefined : step.value;
  }
}

/** Gathers entries for the workers. */
class Batch {
  readonly #scan: Scan;
  readonly #context: OperationContext;
  #jobs: ExamineJob[] = [];
  #bytes = 0;

  constructor(scan: Scan, context: OperationContext) {
    this.#scan = scan;
    this.#context = context;
  }

  /** Entries that are gathered and not sent. */
  get waiting(): number {
    return this.#jobs.length;
  }

  /** True when the batch should be sent. */
  add(entry: FoundEntry, previous: EntryRow | undefined): boolean {
    if (previous !== undefined) this.#scan.booking.expect(previous);
    this.#jobs.push({
      path: entry.path,
      kind: jobKind(entry),
      ...(entry.descriptor === undefined
        ? undefined
        : { stream: { descriptor: entry.descriptor, stat: entry.stat } }),
      known: toKnown(entry, previous, this.#scan),
    });
    // Nobody knows how much comes from a stream.
    if (entry.kind === 'file') this.#bytes += entry.descriptor === undefined ? entry.stat.size : LARGE_BYTES;
    return this.#jobs.length >= BATCH_ENTRIES || this.#bytes >= BATCH_BYTES;
  }

  async send(): Promise<void> {
    if (this.#jobs.length === 0) return;
    const jobs = this.#jobs;
    const work = workOf(this.#bytes);
    this.#jobs = [];
    this.#bytes = 0;
    await this.#scan.uploadRoom();
    for (const { kind } of jobs) countExamined(this.#scan.result, kind);
    await this.#scan.crew.submit(jobs, this.#context.control.signal, work);
  }
}

function workOf(bytes: number): 'short' | 'long' | 'large' {
  if (bytes <= SHORT_BYTES) return 'short';
  return bytes < LARGE_BYTES ? 'long' : 'large';
}

/** Then it is read again, whatever it looks like. */
function lacks({ isLost }: Losses, entry: EntryRow): boolean {
  return isLost(entry.content) || isLost(entry.metadata);
}

function jobKind(entry: FoundEntry): ExamineJob['kind'] {
  return entry.kind === 'file' || entry.kind === 'folder' || entry.kind === 'symlink'
    ? entry.kind
    : 'special';
}

/** What the worker compares with. Where the kind changed, or something of the entry is lost, nothing is comparable. */
function toKnown(
  entry: FoundEntry,
  previous: EntryRow | undefined,
  { database, losses }: Scan,
): KnownEntry | undefined {
  if (previous === undefined || previous.kind !== kindOf({ kind: jobKind(entry) })) return undefined;
  if (lacks(losses, previous)) return undefined;
  return {
    sizeBytes: previous.sizeBytes,
    mtimeSeconds: previous.mtimeSeconds,
    mtimeTicks: previous.mtimeTicks,
    metadataHash: database.contents.hashOf(previous.metadata),
  };
}

/**
 * True when `lstat` shows what was seen when the version before was made: then content and metadata are the
 * same, because every change moves the change time. Times are compared as the same rounded numbers that
 * `lstat` gave then.
 */
export function looksUnchanged(entry: FoundEntry, previous: EntryRow, settings: BackupSettings): boolean {
  const { stat } = entry;
  if (entry.descriptor !== undefined) return false;
  if (settings.comparison === 'none' || previous.kind !== kindOf({ kind: jobKind(entry) })) return false;
  if (settings.comparison === 'time-only' && entry.kind === 'file') return isSameTime(stat.mtimeMs, previous);
  return (
    previous.ctimeMs !== undefined &&
    Math.abs(previous.ctimeMs - stat.ctimeMs) < TIME_STEP_MS &&
    previous.inode === stat.ino &&
    (entry.kind !== 'file' || previous.sizeBytes === stat.size) &&
    isSameTime(stat.mtimeMs, previous)
  );
}

function isSameTime(mtimeMs: number, previous: EntryRow): boolean {
  if (previous.mtimeTicks === undefined) return Math.floor(mtimeMs / 1000) === previous.mtimeSeconds;
  return Math.abs(mtimeMs - (previous.mtimeSeconds * 1000 + previous.mtimeTicks / 10_000)) < TIME_STEP_MS;
}
