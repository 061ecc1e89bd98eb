import type { FormatSettings } from '../../format/index.ts';
import type { OperationContext } from '../context.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import type { ReadVolume, VolumeOpener } from './volume-opener.ts';

/** Reads volumes: each is counted and reported, and an abort is obeyed before each. */
export class VolumeReading {
  readonly #opener: VolumeOpener;
  readonly #context: OperationContext;
  readonly #volumesTotal: number;
  readonly #bytesTotal: number;
  #volumesDone = 0;
  #bytesDone = 0;

  /** `expected` are the volumes that will be read for certain. */
  constructor(opener: VolumeOpener, context: OperationContext, expected: readonly ListedVolume[]) {
    this.#opener = opener;
    this.#context = context;
    this.#volumesTotal = expected.length;
    this.#bytesTotal = expected.reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0);
  }

  /** Runs `book` on the open volume. */
  async read<T>(
    file: ListedVolume,
    book: (volume: ReadVolume, format: FormatSettings) => T | Promise<T>,
  ): Promise<T | 'unreadable'> {
    this.#context.control.signal.throwIfAborted();
    const result = await this.#opener.read(file, async (volume, format) => ({
      of: await book(volume, format),
    }));
    this.#volumesDone++;
    this.#bytesDone += Math.max(0, file.sizeBytes);
    this.#context.report({
      phase: 'rebuilding',
      filesDone: this.#volumesDone,
      filesTotal: Math.max(this.#volumesTotal, this.#volumesDone),
      bytesDone: this.#bytesDone,
      bytesTotal: Math.max(this.#bytesTotal, this.#bytesDone),
      current: file.name,
    });
    return result === undefined ? 'unreadable' : result.of;
  }
}
