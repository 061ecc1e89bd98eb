import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Configuration, DatabaseError } from '../../database/index.ts';

const NO_ENCRYPTION = 'no-encryption';
const KEY_ROUNDS = 100_000;
const KEY_BYTES = 32;

/** Which passphrase: that of the backup, or the one that a change under way gives it. */
export type PassphraseRole = 'passphrase' | 'new-passphrase';

const SALTS = { passphrase: 'passphrase-salt', 'new-passphrase': 'new-passphrase-salt' } as const;

/** Remembers a passphrase as a salted, slow hash; `undefined`: that there is no encryption. */
export function storePassphrase(
  configuration: Configuration,
  passphrase: string | undefined,
  role: PassphraseRole = 'passphrase',
): void {
  if (passphrase === undefined) {
    configuration.set(role, NO_ENCRYPTION);
    return;
  }
  const salt = randomBytes(KEY_BYTES);
  configuration.set(SALTS[role], salt.toString('hex'));
  configuration.set(role, hashPassphrase(passphrase, salt).toString('hex'));
}

export function forgetPassphrase(configuration: Configuration, role: PassphraseRole): void {
  configuration.clear(role);
  configuration.clear(SALTS[role]);
}

/** Whether the backup is known to be encrypted, or not to be. */
export function knownEncryption(configuration: Configuration): 'encrypted' | 'plain' | undefined {
  const stored = configuration.get('passphrase');
  if (stored === undefined) return undefined;
  return stored === NO_ENCRYPTION ? 'plain' : 'encrypted';
}

/** Whether the passphrase is the one that is remembered; `undefined` where none is, or that there is no encryption. */
export function matchesPassphrase(
  configuration: Configuration,
  passphrase: string,
  role: PassphraseRole = 'passphrase',
): boolean | undefined {
  const stored = configuration.get(role);
  if (stored === undefined || stored === NO_ENCRYPTION) return undefined;
  const asked = hashPassphrase(passphrase, Buffer.from(configuration.get(SALTS[role]) ?? '', 'hex'));
  return timingSafeEqual(asked, Buffer.from(stored, 'hex'));
}

/**
 * Refuses another passphrase than the one that the backup was begun with, before anything is written with it.
 * `passphrase` is `undefined` for a run without encryption. `accept`: another passphrase is taken all the
 * same, as `--allow-passphrase-change` asks; encryption can neither begin nor end.
 */
export function checkPassphrase(
  configuration: Configuration,
  passphrase: string | undefined,
  other: 'refuse' | 'accept' = 'refuse',
): void {
  const known = knownEncryption(configuration);
  if (known === undefined) return;
  const wasEncrypted = known === 'encrypted';
  if (passphrase === undefined && !wasEncrypted) return;
  if (passphrase === undefined)
    throw passphraseConflict('This backup is encrypted; it cannot go on without encryption.');
  if (!wasEncrypted)
    throw passphraseConflict('This backup is not encrypted; it cannot go on with encryption.');
  if (other === 'accept' || matchesPassphrase(configuration, passphrase)) return;
  throw passphraseConflict('The passphrase is not the one that this backup was begun with.');
}

function hashPassphrase(passphrase: string, salt: Uint8Array): Buffer {
  return pbkdf2Sync(passphrase, salt, KEY_ROUNDS, KEY_BYTES, 'sha512');
}

export function passphraseConflict(message: string): DatabaseError {
  return new DatabaseError('settings-conflict', message, {
    hint: 'Nothing was changed. Give the same encryption options as before, or choose another destination or --prefix for a new backup. `change-passphrase` gives a backup another passphrase.',
  });
}
