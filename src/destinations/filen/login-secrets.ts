import { argon2, createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { DestinationError } from '../destination-error.ts';
import { FilenKey, type KeyVersion } from './filen-key.ts';

/** What a password becomes. */
export interface LoginSecrets {
  /** Opens the keys of the account; never sent. */
  readonly key: FilenKey;
  /** Sent instead of the password. */
  readonly password: string;
}

/** How an account turns its password into secrets; the server tells. */
export interface LoginKind {
  readonly authVersion: number;
  readonly salt: string;
}

/**
 * Calculates the secrets of a password: by PBKDF2 with SHA-512 for accounts of version 2, by Argon2id for
 * those of version 3. Throws `destination-refused` for the first version, whose accounts Filen asks to be
 * renewed by a login in a browser.
 */
export async function deriveSecrets(
  password: string,
  { authVersion, salt }: LoginKind,
): Promise<LoginSecrets> {
  if (authVersion !== 2 && authVersion !== 3) {
    throw new DestinationError(
      'destination-refused',
      `This Filen account logs in by a way that is not known here (version ${authVersion}).`,
      { details: { authVersion }, hint: 'Log in once at https://app.filen.io, which renews old accounts.' },
    );
  }
  const hex = (await stretch(password, salt, authVersion)).toString('hex');
  const [keyText, sent] = [hex.slice(0, hex.length / 2), hex.slice(hex.length / 2)];
  return {
    key: new FilenKey(keyText, authVersion),
    password: authVersion === 3 ? sent : createHash('sha512').update(sent).digest('hex'),
  };
}

function stretch(password: string, salt: string, version: KeyVersion): Promise<Buffer> {
  if (version === 2) return promisify(pbkdf2)(password, salt, 200_000, 64, 'sha512');
  return promisify(argon2)('argon2id', {
    message: Buffer.from(password),
    nonce: Buffer.from(salt, 'hex'),
    parallelism: 4,
    memory: 65_536,
    passes: 3,
    tagLength: 64,
  });
}
