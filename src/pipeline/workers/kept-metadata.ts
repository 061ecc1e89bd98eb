import { closeSync, constants, openSync } from 'node:fs';
import type { RestoreTable } from '../restore-table.ts';
import { readFully, writeFully } from '../scratch-file.ts';

/**
 * Metadata blobs that must wait for their entry, in one file that all threads of a restore share. Each entry has its place in it from the start, so that
 * nobody waits for anybody; only what is written takes space.
 */
export class KeptMetadata implements Disposable {
  readonly #table: RestoreTable;
  readonly #file: number;

  constructor(path: string, table: RestoreTable) {
    this.#table = table;
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** Keeps a part of the blob of an entry. */
  write(entry: number, bytes: Uint8Array, offset: number): void {
    writeFully(this.#file, bytes, (this.#table.metadataOffset[entry] ?? 0) + offset);
  }

  /** The whole blob of an entry all of whose parts were kept; `undefined` for an entry without. */
  read(entry: number): Buffer | undefined {
    const lengthBytes = this.#table.metadataBytes[entry] ?? 0;
    if (lengthBytes === 0) return undefined;
    const blob = Buffer.allocUnsafe(lengthBytes);
    const taken = readFully(this.#file, blob, lengthBytes, this.#table.metadataOffset[entry] ?? 0);
    if (taken < lengthBytes) throw new Error(`the metadata of entry ${entry} was not kept`);
    return blob;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
