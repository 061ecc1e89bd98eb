import { constants, fstatSync, openSync } from 'node:fs';
import { extname } from 'node:path';
import { BackupError, errorCode, profile, serializeError } from '../../base/index.ts';
import type { EntryHint } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import {
  EMPTY_METADATA_BLOB,
  type FormatSettings,
  hashesPerBlocklist,
  parseMetadataBlob,
  writeMetadataBlob,
} from '../../format/index.ts';
import {
  type EntryMetadata,
  readMetadata,
  relocate,
  streamMetadataBlob,
  systemPathOf,
} from '../../sources/index.ts';
import { ReadOnceFile } from '../read-once-file.ts';
import { FilesAhead } from './files-ahead.ts';
import type {
  Examined,
  ExaminedContent,
  ExamineJob,
  KnownEntry,
  OpenStream,
  SeenEntry,
  SourceSettings,
} from './messages.ts';
import { readStream } from './read-stream.ts';
import type { StreamStorer } from './stream-storer.ts';

/**
 * Looks closely at entries of the source: reads their metadata, and their content where it may have changed,
 * and stores what is new.
 */
export class Examiner {
  readonly #source: SourceSettings;
  readonly #format: FormatSettings;
  readonly #storer: StreamStorer;
  readonly #compressedExtensions: ReadonlySet<string>;
  #bytesRead = 0;

  constructor(source: SourceSettings, format: FormatSettings, storer: StreamStorer) {
    this.#source = source;
    this.#format = format;
    this.#storer = storer;
    this.#compressedExtensions = new Set(source.compressedExtensions);
  }

  /** Bytes of content read since the last call. */
  takeBytesRead(): number {
    const bytes = this.#bytesRead;
    this.#bytesRead = 0;
    return bytes;
  }

  /** Examines entries one after the other, in their order. */
  async examineAll(jobs: readonly ExamineJob[]): Promise<Examined[]> {
    using files = new FilesAhead(jobs, (path) => this.#open(path));
    const results: Examined[] = [];
    for (const [place, job] of jobs.entries()) {
      files.reach(place);
      results.push(await this.#examineSafely(job, () => files.take(place) ?? this.#open(job.path)));
    }
    return results;
  }

  async #examineSafely(job: ExamineJob, open: () => ReadOnceFile): Promise<Examined> {
    try {
      return await this.#examine(job, open);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return { outcome: 'vanished' };
      if (isOurFault(error)) throw error;
      return { outcome: 'failed', error: serializeError(toSourceError(job.path, error)) };
    }
  }

  async #examine(job: ExamineJob, open: () => ReadOnceFile): Promise<Examined> {
    if (job.stream !== undefined) return this.#examineStream(job.path, job.stream);
    const entry = profile.in('metadata', () => readMetadata(job.path, this.#source));
    if (job.kind === 'file' && this.#source.obeysMarks === true && entry.isMarkedExcluded)
      return { outcome: 'excluded' };
    const blob = this.#source.metadata === 'none' ? leastMetadata(job.path, entry) : entry.blob;
    const seen: SeenEntry = {
      sizeBytes: job.kind === 'file' ? entry.sizeBytes : 0,
      mtimeSeconds: entry.mtimeSeconds,
      mtimeTicks: entry.mtimeTicks,
      ctimeMs: entry.ctimeMs,
      inode: entry.inode,
    };
    if (this.#isUnchanged(job, seen, entry, blob)) return { outcome: 'unchanged', seen };
    const content =
      job.kind === 'file' ? await this.#storeFile(job.path, open) : ({ kind: 'empty' } as const);
    const problems = [...entry.problems];
    const metadata = await this.#storeMetadata(job.path, blob, problems);
    return {
      outcome: 'stored',
      seen: { ...seen, sizeBytes: contentSize(content, this.#lastSize) },
      content,
      metadata,
      problems,
    };
  }

  /** What comes from a stream has no earlier look to compare with: it is always read. */
  async #examineStream(path: string, { descriptor, stat }: OpenStream): Promise<Examined> {
    const blob = this.#source.metadata === 'none' ? EMPTY_METADATA_BLOB : streamMetadataBlob(path, stat);
    const read = (target: Uint8Array) => readStream(descriptor, target);
    const stream = { sizeBytes: Number.POSITIVE_INFINITY, read, hint: this.#hintFor(path) };
    const { content, bytesRead } = await this.#storer.storeStream(stream);
    this.#bytesRead += bytesRead;
    const problems: string[] = [];
    const metadata = await this.#storeMetadata(path, blob, problems);
    const seen: SeenEntry = {
      sizeBytes: bytesRead,
      mtimeSeconds: Math.floor(stat.mtimeMs / 1000),
      mtimeTicks: Math.floor(stat.mtimeMs % 1000) * TICKS_PER_MS,
      ctimeMs: stat.ctimeMs,
      inode: stat.ino,
    };
    return { outcome: 'stored', seen, content, metadata, problems };
  }

  #lastSize = 0;

  /**
   * New holes alone are no change: zeros of a file that was restored may have become some, and holes save
   * nothing but space.
   */
  #isUnchanged(job: ExamineJob, seen: SeenEntry, entry: EntryMetadata, blob: Uint8Array): boolean {
    const { known } = job;
    if (known?.metadataHash === undefined) return false;
    if (job.kind === 'file' && (this.#source.content === 'always' || isTimeOrSizeChanged(known, seen)))
      return false;
    const { metadataHash } = known;
    const isKnown = (candidate: Uint8Array) =>
      hashBytes(this.#format.fileHash, candidate).equals(metadataHash);
    return isKnown(blob) || (entry.blobWithoutHoles !== undefined && isKnown(entry.blobWithoutHoles));
  }

  async #storeFile(path: string, open: () => ReadOnceFile): Promise<ExaminedContent> {
    this.#lastSize = 0;
    const before = profile.enter('read');
    try {
      using file = open();
      const stat = fstatSync(file.descriptor);
      if (!stat.isFile())
        throw new BackupError('source-changed-kind', `'${path}' is no file any more.`, { details: { path } });
      const read = (target: Uint8Array, position: number) => file.read(target, position);
      const stream = { sizeBytes: stat.size, read, hint: this.#hintFor(path) };
      const stored = await this.#storer.storeStream(stream);
      this.#bytesRead += stored.bytesRead;
      this.#lastSize = stored.bytesRead;
      return stored.content;
    } finally {
      profile.enter(before);
    }
  }

  #open(path: string): ReadOnceFile {
    // O_NONBLOCK: a file that was swapped for a pipe since the walk must not hold the run up.
    const flags =
      constants.O_RDONLY |
      constants.O_NONBLOCK |
      (this.#source.symlinks === 'follow' ? 0 : constants.O_NOFOLLOW);
    return new ReadOnceFile(openSync(systemPathOf(relocate(path, this.#source.relocations)), flags));
  }

  #hintFor(path: string): EntryHint {
    return this.#compressedExtensions.has(extname(path).toLowerCase()) ? 'store' : 'compress';
  }

  async #storeMetadata(path: string, blob: Uint8Array, problems: string[]): Promise<ExaminedContent> {
    const { blocksizeBytes } = this.#format;
    let stored = blob;
    if (
      blob.length >
      hashesPerBlocklist({ blocksizeBytes, hashSizeBytes: hashBytes(this.#format.blockHash, blob).length }) *
        blocksizeBytes
    ) {
      problems.push(
        `The metadata of '${path}' has ${blob.length} bytes, more than the format can hold; it is left out.`,
      );
      stored = EMPTY_METADATA_BLOB;
    }
    const read = (target: Uint8Array, position: number) => {
      const piece = stored.subarray(position, position + target.length);
      target.set(piece);
      return piece.length;
    };
    const { content } = await this.#storer.storeStream({ sizeBytes: stored.length, read, hint: 'compress' });
    return content;
  }
}

const TICKS_PER_MS = 10_000;

function contentSize(content: ExaminedContent, bytesRead: number): number {
  return content.kind === 'empty' ? 0 : bytesRead;
}

/** Times of a version that was only read from a file list are known to the second; its metadata hash says the rest. */
function isTimeOrSizeChanged(known: KnownEntry, seen: SeenEntry): boolean {
  if (known.sizeBytes !== seen.sizeBytes || known.mtimeSeconds !== seen.mtimeSeconds) return true;
  return known.mtimeTicks !== undefined && known.mtimeTicks !== seen.mtimeTicks;
}

const OWN_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'ENOMEM', 'EMFILE', 'ENFILE']);

/**
 * Errors that are not about the file at hand but about where the volumes are written, so that going on makes
 * no sense.
 */
function isOurFault(error: unknown): boolean {
  return (
    !(error instanceof BackupError) &&
    (OWN_FAULTS.has(errorCode(error) ?? '') || errorCode(error) === undefined)
  );
}

/**
 * What is stored of an entry without its metadata: nothing, and of a link its target, without which it would
 * be no link.
 */
function leastMetadata(path: string, entry: EntryMetadata): Uint8Array {
  if (entry.kind !== 'symlink') return EMPTY_METADATA_BLOB;
  const { symlinkTarget } = parseMetadataBlob(entry.blob, path);
  return symlinkTarget === undefined ? EMPTY_METADATA_BLOB : writeMetadataBlob({ symlinkTarget });
}

function toSourceError(path: string, error: unknown): unknown {
  if (error instanceof BackupError || !(error instanceof Error)) return error;
  return new BackupError('source-unreadable', `Cannot read '${path}': ${error.message}.`, {
    details: { path, cause: errorCode(error) ?? '' },
    cause: error,
  });
}
