import { DestinationError } from '../destination-error.ts';
import { numberAt, requiredText, textAt } from '../support/json.ts';
import type { FilenClient } from './filen-client.ts';
import { FilenKey } from './filen-key.ts';
import { deriveSecrets, type LoginSecrets } from './login-secrets.ts';
import { keyedNameHash, type NameHash, plainNameHash } from './name-hash.ts';

/** What Filen expects where an account has no second factor. */
const NO_CODE = 'XXXXXX';

export interface FilenLogin {
  readonly email: string;
  readonly password: string;
  readonly twoFactorCode: string | undefined;
  readonly apiKey: string | undefined;
}

/** An account that is logged in: the keys which open what it says of its files. */
export interface FilenAccount {
  /** Seals everything new. */
  readonly key: FilenKey;
  /** The text in a seal by any of the account's keys; `undefined` where none fits. */
  readonly openText: (sealed: string) => string | undefined;
  readonly hashName: NameHash;
  readonly rootId: string;
}

/**
 * Logs in, and gives the client its key. A key of the user's own saves the second factor; one that is not
 * accepted is left aside. Throws `destination-refused`, with what is wrong.
 */
export async function logIn(client: FilenClient, login: FilenLogin): Promise<FilenAccount> {
  const { email, password } = login;
  const info = await client.call({ path: 'auth/info', body: { email }, action: 'log in' });
  const authVersion = numberAt(info, 'authVersion') ?? 2;
  const secrets = await deriveSecrets(password, { authVersion, salt: requiredText(info, 'salt') });
  const byKey = await tryApiKey(client, login, secrets);
  const keys = byKey ?? (await logInByPassword(client, login, { secrets, authVersion }));
  const [newest] = keys;
  if (newest === undefined) throw wrongKeys();
  const root = await client.call({ path: 'user/baseFolder', action: 'find the outermost folder' });
  return {
    key: newest,
    openText: (sealed) => openWithAny(keys, sealed),
    hashName: newest.version === 3 ? await nameHashOf(client, newest) : plainNameHash,
    rootId: requiredText(root, 'uuid'),
  };
}

async function tryApiKey(
  client: FilenClient,
  { apiKey }: FilenLogin,
  secrets: LoginSecrets,
): Promise<readonly FilenKey[] | undefined> {
  if (apiKey === undefined) return undefined;
  client.apiKey = apiKey;
  try {
    return await keysOfAccount(client, secrets);
  } catch (error) {
    if (!(error instanceof DestinationError) || error.retryable) throw error;
    client.apiKey = undefined;
    return undefined;
  }
}

async function logInByPassword(
  client: FilenClient,
  { email, twoFactorCode }: FilenLogin,
  { secrets, authVersion }: { readonly secrets: LoginSecrets; readonly authVersion: number },
): Promise<readonly FilenKey[]> {
  const { password } = secrets;
  const body = { email, password, twoFactorCode: twoFactorCode ?? NO_CODE, authVersion };
  const answer = await client.call({ path: 'login', body, action: 'log in' });
  client.apiKey = requiredText(answer, 'apiKey');
  const sealed = textAt(answer, 'masterKeys');
  if (secrets.key.version === 2 && sealed !== undefined) return openMasterKeys(secrets.key, sealed);
  return keysOfAccount(client, secrets);
}

/**
 * The keys, the newest first. Those of version 2 are told in exchange for the one that the password gives,
 * sealed with itself.
 */
async function keysOfAccount(client: FilenClient, { key }: LoginSecrets): Promise<readonly FilenKey[]> {
  const action = "read the account's keys";
  if (key.version === 3) {
    const sealed = requiredText(await client.call({ path: 'user/dek', action }), 'dek');
    const text = key.openText(sealed);
    if (text === undefined) throw wrongKeys();
    return [new FilenKey(text, 3)];
  }
  const body = { masterKeys: key.sealText(key.text) };
  const answer = await client.call({ path: 'user/masterKeys', body, action });
  return openMasterKeys(key, textAt(answer, 'keys') ?? requiredText(answer, 'masterKeys'));
}

/** The account may have had several passwords. The last key is the one in force. */
function openMasterKeys(key: FilenKey, sealed: string): readonly FilenKey[] {
  const texts = key.openText(sealed)?.split('|') ?? [];
  if (texts.length === 0) throw wrongKeys();
  return texts
    .filter((text) => text !== '')
    .map((text) => new FilenKey(text, 2))
    .reverse();
}

async function nameHashOf(client: FilenClient, key: FilenKey): Promise<NameHash> {
  const pair = await client.call({ path: 'user/keyPair/info', action: "read the account's keys" });
  const privateKey = key.openText(requiredText(pair, 'privateKey'));
  if (privateKey === undefined) throw wrongKeys();
  return keyedNameHash(privateKey);
}

function openWithAny(keys: readonly FilenKey[], sealed: string): string | undefined {
  for (const key of keys) {
    const text = key.openText(sealed);
    if (text !== undefined) return text;
  }
  return undefined;
}

function wrongKeys(): DestinationError {
  return new DestinationError('destination-refused', "The password does not open the Filen account's keys.", {
    hint: 'Check the mail address and the password.',
  });
}
