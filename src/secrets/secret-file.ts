import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { decodeText } from '../base/index.ts';
import { createAesCryptDecryptor, createAesCryptEncryptor } from '../crypto/index.ts';
import { SecretError } from './secret-error.ts';
import { textsOf, tryParseJson } from './support/json.ts';

const AES_CRYPT_MARK = 'AES';

/**
 * The pairs in a file with one JSON object, plain or encrypted as AES Crypt does. Throws file errors,
 * `PasswordError`, `FormatError`, and `secret-provider-invalid` for an encrypted file without a passphrase
 * and for a file that holds something else.
 */
export function readSecretFile(path: string, passphrase: string | undefined): ReadonlyMap<string, string> {
  const stored = readFileSync(path);
  const isEncrypted = stored.toString('latin1', 0, AES_CRYPT_MARK.length) === AES_CRYPT_MARK;
  const json = tryParseJson(decodeText(isEncrypted ? decrypt(stored, path, passphrase) : stored));
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return textsOf(json);
  throw new SecretError('secret-provider-invalid', `The file of secrets '${path}' holds no JSON object.`, {
    details: { path },
    hint: 'It holds names and texts: {"name": "secret"}.',
  });
}

/** Puts the pairs, encrypted, in the place of the file, which only this user may read; it is whole at any moment. */
export function writeSecretFile(
  path: string,
  passphrase: string,
  secrets: ReadonlyMap<string, string>,
): void {
  const encryptor = createAesCryptEncryptor({ passphrase, version: 2 });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(secrets)), 'utf8');
  const bytes = Buffer.concat([encryptor.update(json), encryptor.final()]);
  const temporaryPath = `${path}.${randomUUID()}`;
  try {
    const file = openSync(temporaryPath, 'wx', 0o600);
    try {
      writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporaryPath, path);
  } catch (error) {
    rmSync(temporaryPath, { force: true });
    throw error;
  }
}

function decrypt(stored: Uint8Array, path: string, passphrase: string | undefined): Uint8Array {
  if (passphrase === undefined) {
    throw new SecretError('secret-provider-invalid', `The file of secrets '${path}' is encrypted.`, {
      details: { path },
      hint: 'Add passphrase=... to the query of the address of the provider.',
    });
  }
  // Whatever program encrypted it may have filled the last block in its own way.
  const decryptor = createAesCryptDecryptor({ passphrase, padding: 'any' });
  return Buffer.concat([decryptor.update(stored), decryptor.final()]);
}
