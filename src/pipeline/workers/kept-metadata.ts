import { closeSync, constants, openSync } from 'node:fs';
import { ENTRY_FLAGS, RESTORE_KINDS, type RestoreTable } from '../restore-table.ts';
import { readFully, writeFully } from '../scratch-file.ts';

/** Where the threads of a restore keep metadata for later. */
export interface KeptMetadataPlaces {
  /** Begins with the number of bytes of it that are taken. */
  readonly memory: SharedArrayBuffer;
  /** A file for what does not fit into the memory; made when it is needed. */
  readonly path: string;
}

const CURSOR_BYTES = 8;
/** Links, folders and models of other files wait by nature: some hundred bytes each. */
const PLANNED_BYTES = 24 * 1024 * 1024;
/** Room for files whose content comes from another volume than their metadata. It costs nothing until it is used. */
const SPARE_BYTES = 8 * 1024 * 1024;
/** Beyond all of the memory, so that one number says where a blob is. */
const FIRST_PLACE_IN_FILE = PLANNED_BYTES + SPARE_BYTES;

/**
 * Gives the metadata of every entry a place: those that have to wait in memory, as far as it goes, all others
 * in the file. `metadataBytes` of the table must be known.
 */
export function placeKeptMetadata(table: RestoreTable): SharedArrayBuffer {
  let inMemory = CURSOR_BYTES;
  let inFile = FIRST_PLACE_IN_FILE;
  for (let entry = 0; entry < table.count; entry++) {
    const lengthBytes = table.metadataBytes[entry] ?? 0;
    if (mustWait(table, entry) && inMemory + lengthBytes <= PLANNED_BYTES) {
      table.metadataOffset[entry] = inMemory;
      inMemory += lengthBytes;
    } else {
      table.metadataOffset[entry] = inFile;
      inFile += lengthBytes;
    }
  }
  const memory = new SharedArrayBuffer(inMemory + SPARE_BYTES);
  new Int32Array(memory, 0, 1).fill(inMemory);
  return memory;
}

function mustWait(table: RestoreTable, entry: number): boolean {
  return table.kind[entry] !== RESTORE_KINDS.file || table.hasFlag(entry, ENTRY_FLAGS.keepMetadata);
}

/**
 * Metadata blobs that must wait for their entry. All threads of a restore share them; each entry has its
 * place from the start, so that nobody waits for anybody. In memory where there is room: to remove a file
 * that the system is just writing takes seconds.
 */
export class KeptMetadata implements Disposable {
  readonly #table: RestoreTable;
  readonly #path: string;
  readonly #memory: Uint8Array;
  readonly #taken: Int32Array;
  #openFile: number | undefined;

  constructor({ memory, path }: KeptMetadataPlaces, table: RestoreTable) {
    this.#table = table;
    this.#path = path;
    this.#memory = new Uint8Array(memory);
    this.#taken = new Int32Array(memory, 0, 1);
  }

  /** Keeps a part of the blob of an entry. */
  write(entry: number, bytes: Uint8Array, offset: number): void {
    const place = this.#table.metadataOffset[entry] ?? 0;
    if (this.#isInMemory(entry)) this.#memory.set(bytes, place + offset);
    else writeFully(this.#file(), bytes, place + offset);
  }

  /**
   * Keeps the whole blob of an entry of which nothing was kept before: in memory if there is room, wherever
   * its place was.
   */
  writeWhole(entry: number, blob: Uint8Array): void {
    if (!this.#isInMemory(entry)) {
      const place = this.#takeRoom(blob.length);
      if (place !== undefined) this.#table.metadataOffset[entry] = place;
    }
    this.write(entry, blob, 0);
  }

  /** The whole blob of an entry all of whose parts were kept; `undefined` for an entry without. */
  read(entry: number): Buffer | undefined {
    const lengthBytes = this.#table.metadataBytes[entry] ?? 0;
    if (lengthBytes === 0) return undefined;
    const place = this.#table.metadataOffset[entry] ?? 0;
    if (this.#isInMemory(entry)) return Buffer.from(this.#memory.subarray(place, place + lengthBytes));
    const blob = Buffer.allocUnsafe(lengthBytes);
    const taken = readFully(this.#file(), blob, lengthBytes, place);
    if (taken < lengthBytes) throw new Error(`the metadata of entry ${entry} was not kept`);
    return blob;
  }

  [Symbol.dispose](): void {
    if (this.#openFile !== undefined) closeSync(this.#openFile);
  }

  #isInMemory(entry: number): boolean {
    const { metadataOffset, metadataBytes } = this.#table;
    return (metadataOffset[entry] ?? 0) + (metadataBytes[entry] ?? 0) <= this.#memory.length;
  }

  #takeRoom(lengthBytes: number): number | undefined {
    if (Atomics.load(this.#taken, 0) + lengthBytes > this.#memory.length) return undefined;
    const place = Atomics.add(this.#taken, 0, lengthBytes);
    return place + lengthBytes <= this.#memory.length ? place : undefined;
  }

  #file(): number {
    this.#openFile ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    return this.#openFile;
  }
}
