import type { FormatSettings } from '../../format/index.ts';
import type { OperationContext } from '../context.ts';
import type { ListedVolume } from '../open-backup/opened-backup.ts';
import type { Rebuilding } from './rebuilding.ts';
import type { ReadVolume, VolumeOpener } from './volume-opener.ts';

/** Reads volumes one by one: each is booked in one go, counted and reported, and an abort is obeyed before each. */
export class VolumeReading {
  readonly #opener: VolumeOpener;
  readonly #state: Rebuilding;
  readonly #context: OperationContext;
  readonly #volumesTotal: number;
  #volumesDone = 0;

  constructor(opener: VolumeOpener, state: Rebuilding, context: OperationContext, volumesTotal: number) {
    this.#opener = opener;
    this.#state = state;
    this.#context = context;
    this.#volumesTotal = volumesTotal;
  }

  /** Runs `book` on the open volume. What it writes is gathered; rows stay in order because nothing else runs meanwhile. */
  async read<T>(
    file: ListedVolume,
    book: (volume: ReadVolume, format: FormatSettings) => T,
  ): Promise<T | 'unreadable'> {
    this.#context.control.signal.throwIfAborted();
    const result = await this.#opener.read(file, (volume, format) => {
      let value: { readonly of: T } | undefined;
      this.#state.database.gather(() => {
        value = { of: book(volume, format) };
      });
      return value;
    });
    this.#volumesDone++;
    this.#context.report({
      phase: 'rebuilding',
      filesDone: this.#volumesDone,
      filesTotal: Math.max(this.#volumesTotal, this.#volumesDone),
      bytesDone: 0,
      bytesTotal: undefined,
      current: file.name,
    });
    return result === undefined ? 'unreadable' : result.of;
  }
}
