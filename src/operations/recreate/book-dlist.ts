import { setImmediate } from 'node:timers/promises';
import { counted, FormatError } from '../../base/index.ts';
import { EMPTY_CONTENT, type VolumeId } from '../../database/index.ts';
import {
  checkEntryPath,
  FILELIST_ENTRY,
  FILESET_ENTRY,
  type FilelistEntry,
  type FormatSettings,
  parseFilesetMarker,
  readFilelist,
} from '../../format/index.ts';
import type { KnownContents } from './known-contents.ts';
import type { Rebuilding } from './rebuilding.ts';
import { KIND_OF_TYPE, type Selection } from './recreate-input.ts';
import type { ReadVolume } from './volume-opener.ts';

/** A batch has some hundred entries. */
const BATCHES_A_BREATH = 32;
const MARKER_MAX_BYTES = 64 * 1024;

export interface DlistReading {
  readonly accept: Selection['accept'];
  /** `when-matching`: a list without a wanted file makes no version. */
  readonly booking: 'always' | 'when-matching';
}

/**
 * Books the version that a dlist holds. Gives `unmatched`, and books nothing, where no wanted file was in it.
 * A damaged list throws and leaves no version behind. Must not run beside itself.
 */
export async function bookDlist(
  state: Rebuilding,
  volume: ReadVolume,
  format: FormatSettings,
  reading: DlistReading,
): Promise<'booked' | 'unmatched'> {
  const isFull = readMarker(volume);
  const gathering = new Gathering(state, state.contents(format), reading);
  try {
    await eachBatch(state, volume, (entries) => state.database.gather(() => gathering.add(entries)));
  } catch (error) {
    state.rebuild.discardIncoming();
    throw error;
  }
  if (!gathering.isMatched) return 'unmatched';
  gathering.warnOfUnsafe(volume.file.name);
  state.database.gather(() => beginVersion(state, volume, isFull));
  return 'booked';
}

/** Wants the blocklists of a version, before anything else of it is booked. */
export async function expectBlocklists(
  state: Rebuilding,
  volume: ReadVolume,
  format: FormatSettings,
): Promise<void> {
  const contents = state.contents(format);
  await eachBatch(state, volume, (entries) => {
    for (const entry of entries) {
      if (entry.type === 'File') contents.expectBlocklists(entry);
      if (entry.metadata !== undefined) contents.expectBlocklists(entry.metadata);
    }
  });
}

/** Goes through the file list, and lets an abort in every now and then. */
async function eachBatch(
  { signal }: Rebuilding,
  { archive, file }: ReadVolume,
  work: (entries: readonly FilelistEntry[]) => void,
): Promise<void> {
  const entry = archive.find(FILELIST_ENTRY);
  if (entry === undefined) {
    throw new FormatError('filelist-corrupt', `The volume '${file.name}' has no file list.`, {
      details: { volume: file.name },
    });
  }
  let batches = 0;
  for (const entries of readFilelist(archive.pieces(entry), file.name)) {
    work(entries);
    batches++;
    if (batches % BATCHES_A_BREATH !== 0) continue;
    await setImmediate();
    signal.throwIfAborted();
  }
}

function readMarker({ archive, file }: ReadVolume): boolean {
  const entry = archive.find(FILESET_ENTRY);
  return parseFilesetMarker(
    entry === undefined ? undefined : archive.read(entry, MARKER_MAX_BYTES),
    file.name,
  );
}

function beginVersion({ database, rebuild }: Rebuilding, volume: ReadVolume, isFull: boolean): void {
  const { file, sizeBytes, hash } = volume;
  const volumeId: VolumeId = database.volumes.add({
    name: file.name,
    kind: 'dlist',
    state: 'verified',
    sizeBytes,
    hash,
  });
  const seq = database.filesets.begin(Math.floor((file.parsed.timeMs ?? 0) / 1000), volumeId);
  rebuild.takeIncoming(seq);
  database.filesets.describe(seq, isFull ? 'full' : 'partial', database.entries.totals(seq));
  database.filesets.complete(seq);
}

/**
 * Gathers the entries of one version. Folders that come before the first wanted file wait for it, so that a
 * version without one leaves no trace.
 */
class Gathering {
  readonly #state: Rebuilding;
  readonly #contents: KnownContents;
  readonly #accept: Selection['accept'];
  #waiting: FilelistEntry[] = [];
  #isMatched: boolean;
  #unsafe = 0;
  #firstUnsafe = '';

  constructor(state: Rebuilding, contents: KnownContents, reading: DlistReading) {
    this.#state = state;
    this.#contents = contents;
    this.#accept = reading.accept;
    this.#isMatched = reading.booking === 'always';
  }

  get isMatched(): boolean {
    return this.#isMatched;
  }

  add(entries: readonly FilelistEntry[]): void {
    for (const entry of entries) {
      if (this.#accept?.(entry.path, KIND_NAME[entry.type]) === false) continue;
      if (checkEntryPath(entry.path) !== undefined) {
        this.#unsafe++;
        this.#firstUnsafe ||= entry.path;
      } else if (this.#isMatched) this.#take(entry);
      else this.#wait(entry);
    }
  }

  warnOfUnsafe(name: string): void {
    if (this.#unsafe === 0) return;
    this.#state.warn(
      'entry-path-unsafe',
      `Left out of '${name}': ${counted(this.#unsafe, 'entry', 'entries')} with a path that is not absolute or leads upwards, such as '${this.#firstUnsafe}'.`,
    );
  }

  #wait(entry: FilelistEntry): void {
    this.#waiting.push(entry);
    if (entry.type !== 'File') return;
    this.#isMatched = true;
    for (const waiting of this.#waiting) this.#take(waiting);
    this.#waiting = [];
  }

  #take(entry: FilelistEntry): void {
    const { path, metadata } = entry;
    const isFile = entry.type === 'File';
    this.#state.rebuild.addIncoming({
      path,
      kind: KIND_OF_TYPE[entry.type],
      content: isFile ? this.#contents.reference(entry) : EMPTY_CONTENT,
      sizeBytes: isFile ? entry.sizeBytes : 0,
      metadata: metadata === undefined ? EMPTY_CONTENT : this.#contents.reference(metadata),
      mtimeSeconds: isFile ? Math.floor(entry.timeMs / 1000) : 0,
    });
  }
}

const KIND_NAME = { File: 'file', Folder: 'folder', Symlink: 'symlink' } as const;
