import { type BackupError, FormatError, type Log } from '../../base/index.ts';
import type { ArchiveReader } from '../../compression/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import { checkManifest, type FormatSettings } from '../../format/index.ts';
import { hashFile, openVolume } from '../../pipeline/index.ts';
import { readVolume } from '../../transfer/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import { isOutOfReach, OUT_OF_REACH_AFTER } from '../opened-backup/out-of-reach.ts';
import type { RecreateInput } from './recreate-input.ts';

/** A volume that is open, with what its remote bytes are. */
export interface ReadVolume {
  readonly file: ListedVolume;
  readonly archive: ArchiveReader;
  readonly sizeBytes: number;
  readonly hash: Buffer;
}

/** One volume that does not open may be damaged in its first bytes; two mean that the passphrase is wrong. */
const WRONG_PASSPHRASES = 2;

/**
 * Fetches and opens volumes. The first one that opens says with what settings the backup was made; all others
 * must agree. A volume that cannot be read costs a warning, unless everything points to a wrong passphrase,
 * or to a destination that is out of reach.
 */
export class VolumeOpener {
  readonly #input: RecreateInput;
  readonly #log: Log;
  #format: FormatSettings | undefined;
  readonly #refusals: PasswordError[] = [];
  readonly #unreadable = new Set<string>();
  readonly #outOfReach = new Map<ListedVolume, BackupError>();
  #hasOpened = false;
  /** Volumes in a row whose bytes could not be had. */
  #unreachable = 0;
  #firstUnreachable: BackupError | undefined;

  constructor(input: RecreateInput, log: Log) {
    this.#input = input;
    this.#log = log;
    if (input.manifests === 'ignore') this.#format = input.fallback;
  }

  /** The settings of the backup; `undefined` before a volume was opened. */
  get format(): FormatSettings | undefined {
    return this.#format;
  }

  /** Names of volumes that could not be read, in the order of trying. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  /** Volumes whose bytes could not be had, once at least, and why. It may be different another day. */
  get outOfReach(): ReadonlyMap<ListedVolume, BackupError> {
    return this.#outOfReach;
  }

  /** Opens a volume for `work`; `undefined` when it, or what `work` reads in it, is damaged. */
  async read<T>(
    file: ListedVolume,
    work: (volume: ReadVolume, format: FormatSettings) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const result = await this.#read(file, work);
      this.#unreachable = 0;
      return result;
    } catch (error) {
      if (!this.#isOfVolume(error)) throw error;
      if (isOutOfReach(error)) this.#outOfReach.set(file, error);
      this.#refuse(file, error);
      return undefined;
    }
  }

  /**
   * Bytes that cannot be had may be the fault of one volume, as long as others can be: it must not end every
   * rebuild for ever.
   */
  #isOfVolume(error: unknown): error is BackupError {
    if (error instanceof FormatError || error instanceof PasswordError) return true;
    this.#input.remote.signal.throwIfAborted();
    if (!isOutOfReach(error)) return false;
    this.#firstUnreachable ??= error;
    this.#unreachable++;
    return this.#unreachable < OUT_OF_REACH_AFTER;
  }

  /** Throws why nothing could be opened, or no version found, if that is so and may be different another day. */
  checkOpened(versions: number): void {
    const [refusal] = this.#refusals;
    if (!this.#hasOpened && refusal !== undefined) throw refusal;
    if (versions === 0 && this.#firstUnreachable !== undefined) throw this.#firstUnreachable;
  }

  async #read<T>(
    file: ListedVolume,
    work: (volume: ReadVolume, format: FormatSettings) => Promise<T>,
  ): Promise<T> {
    const { remote, temporary } = this.#input;
    const newPath = (label: string) => temporary.newPath(label);
    const { name } = file;
    return readVolume({ remote, name, newPath, log: this.#log }, (path) => this.#open(file, path, work));
  }

  async #open<T>(
    file: ListedVolume,
    path: string,
    work: (volume: ReadVolume, format: FormatSettings) => Promise<T>,
  ): Promise<T> {
    const { temporary, keys, manifests = 'read' } = this.#input;
    const { name } = file;
    using volume = await openVolume(
      { name, path, ...(manifests === 'ignore' ? { format: manifests } : {}) },
      keys,
      (label) => temporary.newPath(label),
    );
    this.#hasOpened = true;
    if (volume.manifest !== undefined) this.#learn(volume.manifest, name);
    const format = this.#format;
    if (format === undefined) throw new Error('a volume was opened without its manifest');
    return await work({ file, archive: volume.archive, ...hashFile(path, format.fileHash) }, format);
  }

  #learn(manifest: FormatSettings, name: string): void {
    if (this.#format !== undefined) {
      checkManifest(manifest, this.#format, name);
      return;
    }
    const { blocksizeBytes, blockHash, fileHash } = manifest;
    this.#format = { blocksizeBytes, blockHash, fileHash };
  }

  #refuse(file: ListedVolume, error: BackupError): void {
    if (error instanceof PasswordError && !this.#hasOpened) {
      this.#refusals.push(error);
      if (this.#refusals.length >= WRONG_PASSPHRASES) throw error;
    }
    if (this.#unreadable.has(file.name)) return;
    this.#unreadable.add(file.name);
    const place = error.message.includes(file.name) ? '' : `Cannot read '${file.name}': `;
    this.#log.write('warning', error.code, place + error.message);
  }
}
