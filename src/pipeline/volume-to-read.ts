import type { HashAlgorithm } from '../crypto/index.ts';
import type { FormatSettings } from '../format/index.ts';
import type { GpgSettings } from '../openpgp/index.ts';
import type { Encryption } from './encrypted-file.ts';

/** What opens encrypted volumes. Plain data: it goes to worker threads. */
export interface Keys {
  readonly passphrase: string | undefined;
  /**
   * Tried where `passphrase` does not open a volume: while a change of the passphrase is under way, some
   * volumes have this one.
   */
  readonly furtherPassphrase?: string | undefined;
  readonly gpg: Omit<GpgSettings, 'passphrase'>;
}

/** What opens the volumes that were written with the given encryption. */
export function keysOf(encryption: Encryption): Keys {
  if (encryption.kind === 'none') return { passphrase: undefined, gpg: {} };
  if (encryption.kind === 'aes') return { passphrase: encryption.passphrase, gpg: {} };
  const { passphrase, ...gpg } = encryption.settings;
  return { passphrase, gpg };
}

/** A volume in a local file that is to be read. */
export interface VolumeToRead {
  readonly name: string;
  readonly path: string;
  /** What the remote bytes must be, where it is known. */
  readonly expected?: {
    readonly sizeBytes: number;
    readonly hash: Uint8Array;
    readonly fileHash: HashAlgorithm;
  };
  /** `undefined`: the manifest is read and taken as it is; `'ignore'`: the manifest is not read. */
  readonly format?: FormatSettings | 'ignore';
  /**
   * `accept`: gets out of a damaged volume what is left in it. Nothing of that is authenticated: whoever
   * reads it must check each block against its hash. Default: damage is refused.
   */
  readonly damage?: 'accept';
  /**
   * `in-place`: an encrypted volume is decrypted where it is read, so that no copy of it takes space and only
   * what is needed of it takes time. Nothing of it is authenticated: whoever reads it must check each block
   * against its hash. Default: only what was authenticated is read.
   */
  readonly reading?: 'in-place';
}
