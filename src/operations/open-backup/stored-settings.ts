import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type HashAlgorithm, parseHashAlgorithm } from '../../crypto/index.ts';
import { type Configuration, DatabaseError, type LocalDatabase } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';

/** Settings of the storage format as the user gave them; `undefined` where nothing was said. */
export interface GivenFormat {
  readonly blocksizeBytes: number | undefined;
  readonly blockHash: HashAlgorithm | undefined;
  readonly fileHash: HashAlgorithm | undefined;
}

/** The format settings that the database remembers, if it belongs to a backup already. */
export function readStoredFormat(database: LocalDatabase): FormatSettings | undefined {
  const { configuration } = database;
  const blocksizeBytes = Number(configuration.get('blocksize'));
  const blockHash = parseHashAlgorithm(configuration.get('blockhash') ?? '');
  const fileHash = parseHashAlgorithm(configuration.get('filehash') ?? '');
  if (!Number.isInteger(blocksizeBytes) || blockHash === undefined || fileHash === undefined)
    return undefined;
  return { blocksizeBytes, blockHash, fileHash };
}

export function storeFormat(configuration: Configuration, format: FormatSettings): void {
  configuration.set('blocksize', String(format.blocksizeBytes));
  configuration.set('blockhash', format.blockHash);
  configuration.set('filehash', format.fileHash);
}

/** Refuses values that differ from those that the backup was begun with. */
export function checkGivenFormat(given: GivenFormat, stored: FormatSettings): void {
  const facts = [
    ['blocksize', given.blocksizeBytes, stored.blocksizeBytes],
    ['block-hash-algorithm', given.blockHash, stored.blockHash],
    ['file-hash-algorithm', given.fileHash, stored.fileHash],
  ] as const;
  for (const [option, asked, kept] of facts) {
    if (asked === undefined || asked === kept) continue;
    throw new DatabaseError(
      'settings-conflict',
      `Cannot change --${option} to ${asked}: this backup was begun with ${kept}.`,
      {
        details: { option, asked, kept },
        hint: `Leave --${option} out to go on with this backup, or choose another destination or --prefix for a new one.`,
      },
    );
  }
}

const NO_ENCRYPTION = 'no-encryption';
const KEY_ROUNDS = 100_000;
const KEY_BYTES = 32;

/**
 * Refuses another passphrase than the one that the backup was begun with, before anything is written with it. Only a salted, slow hash of the passphrase is kept. `passphrase` is
 * `undefined` for a run without encryption.
 */
export function checkPassphrase(configuration: Configuration, passphrase: string | undefined): void {
  const stored = configuration.get('passphrase');
  if (stored === undefined) return;
  const wasEncrypted = stored !== NO_ENCRYPTION;
  if (passphrase === undefined && !wasEncrypted) return;
  if (passphrase === undefined)
    throw passphraseConflict('This backup is encrypted; it cannot go on without encryption.');
  if (!wasEncrypted)
    throw passphraseConflict('This backup is not encrypted; it cannot go on with encryption.');
  const asked = hashPassphrase(passphrase, Buffer.from(configuration.get('passphrase-salt') ?? '', 'hex'));
  if (!timingSafeEqual(asked, Buffer.from(stored, 'hex'))) {
    throw passphraseConflict('The passphrase is not the one that this backup was begun with.');
  }
}

export function storePassphrase(configuration: Configuration, passphrase: string | undefined): void {
  if (passphrase === undefined) {
    configuration.set('passphrase', NO_ENCRYPTION);
    return;
  }
  const salt = randomBytes(KEY_BYTES);
  configuration.set('passphrase-salt', salt.toString('hex'));
  configuration.set('passphrase', hashPassphrase(passphrase, salt).toString('hex'));
}

function hashPassphrase(passphrase: string, salt: Uint8Array): Buffer {
  return pbkdf2Sync(passphrase, salt, KEY_ROUNDS, KEY_BYTES, 'sha512');
}

function passphraseConflict(message: string): DatabaseError {
  return new DatabaseError('settings-conflict', message, {
    hint: 'Nothing was changed. Give the same encryption options as before, or choose another destination or --prefix for a new backup.',
  });
}
