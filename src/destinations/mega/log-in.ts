import { systemClock } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { numberAt, requiredText, textAt } from '../support/json.ts';
import { type LoginSecrets, plainSecrets, saltedSecrets } from './login-secrets.ts';
import type { MegaClient, MegaSession } from './mega-client.ts';
import { openBlocks } from './mega-key.ts';
import { oneTimeCode } from './one-time-code.ts';
import { openSessionId } from './open-session-id.ts';

export interface MegaLogin {
  readonly email: string;
  readonly password: string;
  /** The secret of the second factor, not a code that it gave. */
  readonly twoFactorSecret: string | undefined;
}

/** Begins a session. Throws `destination-refused` for a wrong mail address, password or second factor. */
export async function logIn(client: MegaClient, login: MegaLogin): Promise<MegaSession> {
  const email = login.email.toLowerCase();
  const action = 'log in';
  const kind = await client.callPlain({ command: { a: 'us0', user: email }, action });
  const secrets = await secretsOf(login.password, email, {
    version: numberAt(kind, 'v') ?? 1,
    salt: textAt(kind, 's') ?? '',
  });
  const { twoFactorSecret } = login;
  const code = twoFactorSecret === undefined ? {} : { mfa: oneTimeCode(twoFactorSecret, systemClock.now()) };
  const command = { a: 'us', user: email, uh: secrets.proof, ...code };
  const answer = await client.callPlain({ command, action });
  try {
    const masterKey = openBlocks(secrets.key, bytesOf(requiredText(answer, 'k')));
    const privateKey = openBlocks(masterKey, bytesOf(requiredText(answer, 'privk')));
    const id = openSessionId(privateKey, bytesOf(requiredText(answer, 'csid')));
    return { id, masterKey, user: textAt(answer, 'u') ?? '' };
  } catch (cause) {
    if (cause instanceof DestinationError) throw cause;
    throw new DestinationError('destination-refused', "The password does not open the Mega account's keys.", {
      cause,
      hint: 'Check the mail address and the password.',
    });
  }
}

async function secretsOf(
  password: string,
  email: string,
  { version, salt }: { readonly version: number; readonly salt: string },
): Promise<LoginSecrets> {
  if (version === 1) return plainSecrets(password, email);
  if (version === 2) return saltedSecrets(password, bytesOf(salt));
  throw new DestinationError(
    'destination-refused',
    `This Mega account logs in by a way that is not known here (version ${version}).`,
    { details: { version }, hint: 'Use rclone://, which may know it.' },
  );
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
