import type { Log } from '../../base/index.ts';
import {
  type ContentReference,
  EMPTY_CONTENT,
  ENTRY_KINDS,
  type EntryKind,
  type EntryRow,
  type FilesetSeq,
  type LocalDatabase,
  referenceToBlock,
  referenceToContent,
  type VolumeId,
} from '../../database/index.ts';
import type {
  Examined,
  ExaminedContent,
  ExamineJob,
  SealedVolume,
  SeenEntry,
  StoredBlocks,
} from '../../pipeline/index.ts';
import { addFailure, type BackupResult, type EntryCounts } from './result.ts';

/** Writes what the workers found into the database, in the order in which they found it. */
export class Booking {
  readonly #database: LocalDatabase;
  readonly #seq: FilesetSeq;
  readonly #result: BackupResult;
  readonly #log: Log;
  /** Volumes being filled, by name, with the range of their block ids. */
  readonly #open = new Map<string, { readonly id: VolumeId; first: number; last: number }>();
  /** What the version before says of the paths that are being examined. */
  readonly #previous = new Map<string, EntryRow>();
  /**
   * Bookings of streams. A version that a kill cuts short must not hold the output of a command that may have
   * failed.
   */
  readonly #held: (() => void)[] = [];
  #changes = 0;

  constructor(database: LocalDatabase, seq: FilesetSeq, result: BackupResult, log: Log) {
    this.#database = database;
    this.#seq = seq;
    this.#result = result;
    this.#log = log;
  }

  /** How many entries differ from the version before, so far. */
  get changes(): number {
    return this.#changes;
  }

  /** Remembers what the version before says of a path until its examination is booked. */
  expect(previous: EntryRow): void {
    this.#previous.set(previous.path, previous);
  }

  /** Books that a path of the version before is not there any more. */
  bookDeleted(previous: EntryRow): void {
    this.#database.gather(() => this.#database.entries.remove(this.#seq, previous.path));
    this.#countsOf(previous.kind).deleted++;
    this.#changes++;
  }

  bookAllDeleted(rows: Iterable<EntryRow>): void {
    for (const row of rows) this.bookDeleted(row);
  }

  bookBlocks(blocks: StoredBlocks): void {
    const { volumeName, ids, sizes, hashes } = blocks;
    const hashSize = hashes.length / ids.length;
    this.#database.gather(() => {
      const volume = this.#openVolume(volumeName);
      ids.forEach((id, index) => {
        const sizeBytes = sizes[index] ?? 0;
        this.#database.blocks.add(id, {
          hash: hashes.subarray(index * hashSize, (index + 1) * hashSize),
          sizeBytes,
          volumeId: volume.id,
        });
        volume.first = Math.min(volume.first, id);
        volume.last = Math.max(volume.last, id);
        this.#result.newBlockBytes += sizeBytes;
      });
    });
    this.#result.newBlocks += ids.length;
  }

  /** Books a finished volume and gives its id. */
  bookVolume(volume: SealedVolume): VolumeId {
    const { dblock } = volume;
    const open = this.#openVolume(dblock.name);
    this.#open.delete(dblock.name);
    this.#database.transaction(() => {
      this.#database.volumes.setFile(open.id, dblock);
      this.#database.volumes.setBlocks(open.id, open.last < open.first ? undefined : open);
    });
    return open.id;
  }

  /** Books that the blocks of one unfinished volume lie in another now. */
  bookMoved(from: string, into: string): void {
    const source = this.#openVolume(from);
    const target = this.#openVolume(into);
    this.#database.gather(() => {
      this.#database.blocks.moveRange(source, source.id, target.id);
      this.#database.volumes.remove(source.id);
    });
    target.first = Math.min(target.first, source.first);
    target.last = Math.max(target.last, source.last);
    this.#open.delete(from);
  }

  bookExamined(jobs: readonly ExamineJob[], results: readonly Examined[], bytesRead: number): void {
    this.#result.openedBytes += bytesRead;
    this.#database.gather(() => {
      jobs.forEach((job, index) => {
        const examined = results[index];
        const previous = this.#previous.get(job.path);
        this.#previous.delete(job.path);
        if (examined === undefined) return;
        if (job.stream === undefined) this.#book(job, examined, previous);
        else this.#held.push(() => this.#book(job, examined, previous));
      });
    });
  }

  /** Books what came from streams, once it is known that their programs ended well. */
  bookStreams(): void {
    this.#database.gather(() => {
      for (const book of this.#held.splice(0)) book();
    });
  }

  #book(job: ExamineJob, examined: Examined, previous: EntryRow | undefined): void {
    switch (examined.outcome) {
      case 'unchanged':
        this.#result.examinedBytes += examined.seen.sizeBytes;
        this.#database.entries.setSeen(job.path, examined.seen);
        return;
      case 'stored':
        this.#result.examinedBytes += examined.seen.sizeBytes;
        for (const problem of examined.problems) this.#log.write('warning', 'metadata-incomplete', problem);
        this.#bookStored(job, examined, previous);
        return;
      case 'vanished':
        this.#log.write('verbose', 'source-vanished', `'${job.path}' vanished while the backup ran.`);
        if (previous !== undefined) this.bookDeleted(previous);
        return;
      case 'excluded':
        this.#result.files.examined--;
        if (previous !== undefined) this.bookDeleted(previous);
        return;
      case 'failed':
        addFailure(this.#result, job.path);
        this.#log.write('warning', examined.error.code, examined.error.message);
        if (previous !== undefined) this.bookDeleted(previous);
        return;
      default:
        examined satisfies never;
    }
  }

  #bookStored(
    job: ExamineJob,
    examined: { seen: SeenEntry; content: ExaminedContent; metadata: ExaminedContent },
    previous: EntryRow | undefined,
  ): void {
    const { seen } = examined;
    const kind = kindOf(job);
    if (kind === ENTRY_KINDS.file) this.#result.openedFiles++;
    const row: EntryRow = {
      path: job.path,
      kind,
      content: this.#reference(examined.content, previous?.content),
      sizeBytes: seen.sizeBytes,
      metadata: this.#reference(examined.metadata, previous?.metadata),
      mtimeSeconds: seen.mtimeSeconds,
      mtimeTicks: seen.mtimeTicks,
      ctimeMs: seen.ctimeMs,
      inode: seen.inode,
    };
    if (previous !== undefined && isSameEntry(previous, row)) {
      this.#database.entries.setSeen(job.path, seen);
      if (kind === ENTRY_KINDS.file && !isSameTime(previous, row)) this.#result.timestampChangedFiles++;
      return;
    }
    this.#database.entries.add(this.#seq, row, previous === undefined ? 'absent' : 'present');
    this.#countChange(row, previous === undefined ? 'added' : 'modified');
  }

  #countChange({ kind, sizeBytes }: EntryRow, change: 'added' | 'modified'): void {
    this.#countsOf(kind)[change]++;
    this.#changes++;
    if (kind !== ENTRY_KINDS.file) return;
    if (change === 'added') this.#result.addedBytes += sizeBytes;
    else this.#result.modifiedBytes += sizeBytes;
  }

  /** The reference for examined content; content that is the same as before keeps its row. */
  #reference(content: ExaminedContent, previous: ContentReference | undefined): ContentReference {
    if (content.kind === 'empty') return EMPTY_CONTENT;
    if (content.kind === 'block') return referenceToBlock(content.id);
    if (previous !== undefined && previous > 0) {
      const row = this.#database.contents.get(previous);
      const isSame = row.sizeBytes === content.sizeBytes && row.hash.equals(content.hash);
      if (isSame && row.blocks.length > 0) return previous;
    }
    return referenceToContent(this.#database.contents.add(content));
  }

  #openVolume(name: string): { readonly id: VolumeId; first: number; last: number } {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const id = this.#database.volumes.add({ name, kind: 'dblock', state: 'temporary' });
    const opened = { id, first: Number.MAX_SAFE_INTEGER, last: 0 };
    this.#open.set(name, opened);
    return opened;
  }

  #countsOf(kind: EntryKind): EntryCounts {
    if (kind === ENTRY_KINDS.folder) return this.#result.folders;
    return kind === ENTRY_KINDS.symlink ? this.#result.symlinks : this.#result.files;
  }
}

/** Pipes, sockets and devices are files without content to the storage format; their metadata says what they are. */
export function kindOf(job: Pick<ExamineJob, 'kind'>): EntryKind {
  if (job.kind === 'folder') return ENTRY_KINDS.folder;
  return job.kind === 'symlink' ? ENTRY_KINDS.symlink : ENTRY_KINDS.file;
}

function isSameEntry(previous: EntryRow, row: EntryRow): boolean {
  return (
    previous.kind === row.kind &&
    previous.content === row.content &&
    previous.metadata === row.metadata &&
    previous.sizeBytes === row.sizeBytes
  );
}

function isSameTime(previous: EntryRow, row: EntryRow): boolean {
  return previous.mtimeSeconds === row.mtimeSeconds && previous.mtimeTicks === row.mtimeTicks;
}
