import { closeSync } from 'node:fs';
import { nativeCalls } from '../base/native/index.ts';
import { readFully } from './scratch-file.ts';

/** The system reads ahead by itself in files that are longer. */
const READ_AHEAD_BYTES = 1024 * 1024;
/** So much of a long file is read before it is let go. */
const LET_GO_BYTES = 16 * 1024 * 1024;

/**
 * An open file of the source, or a volume, whose bytes are needed once, more or less in their order. What only
 * this brought into the system's cache is let go behind it: it would push out what other programs need, and
 * taking fresh memory for every file costs more than taking the same again.
 */
export class ReadOnceFile implements Disposable {
  readonly descriptor: number;
  readonly #cachedPages: number | undefined;
  #letGoBytes = 0;

  /** Takes over an open file. */
  constructor(descriptor: number) {
    this.descriptor = descriptor;
    this.#cachedPages = nativeCalls()?.cachedPages(descriptor);
  }

  /** Has the system begin to read it. */
  readAhead(): void {
    if (this.#cachedPages === undefined || this.#cachedPages === 0)
      nativeCalls()?.readAhead(this.descriptor, 0, READ_AHEAD_BYTES);
  }

  /** As many bytes as there are and fit. */
  read(target: Uint8Array, position: number): number {
    if (position - this.#letGoBytes >= LET_GO_BYTES) {
      this.#letGo(position);
      this.#letGoBytes = position;
    }
    return readFully(this.descriptor, target, target.length, position);
  }

  [Symbol.dispose](): void {
    this.#letGo(WHOLE);
    closeSync(this.descriptor);
  }

  /** From the beginning, since parts of pages stay at the end of what is let go. */
  #letGo(lengthBytes: number): void {
    if (this.#cachedPages === 0) nativeCalls()?.letGo(this.descriptor, 0, lengthBytes);
  }
}

const WHOLE = 0;
