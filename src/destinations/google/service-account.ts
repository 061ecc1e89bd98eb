import { readFileSync } from 'node:fs';
import { systemClock } from '../../base/index.ts';
import { signStatement } from '../../crypto/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import { DestinationError } from '../destination-error.ts';
import type { HttpClient } from '../support/http/index.ts';
import { type JsonObject, parseJsonObject, textAt } from '../support/json.ts';
import { type AccessTokens, postForm, shareTokens } from '../support/oauth/index.ts';
import { GOOGLE_TOKEN_URL } from './google-errors.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LIFETIME_SECONDS = 3600;

export interface ServiceAccount {
  readonly email: string;
  /** PEM. */
  readonly privateKey: string;
  readonly tokenUrl: string;
}

/**
 * The account in `gcs-service-account-json` or `gcs-service-account-file`; `undefined` where neither is
 * given. Throws `destination-incomplete` for one that is none.
 */
export function readServiceAccount(settings: ProgramSettings): ServiceAccount | undefined {
  const text = settings.get('gcs-service-account-json');
  if (text !== undefined) return parseServiceAccount(text, 'gcs-service-account-json');
  const path = settings.get('gcs-service-account-file');
  return path === undefined ? undefined : parseServiceAccount(readKeyFile(path), 'gcs-service-account-file');
}

/** Tokens for a service account: a statement signed with its key is exchanged for one (RFC 7523). */
export function serviceAccountTokens(
  http: HttpClient,
  { email, privateKey, tokenUrl }: ServiceAccount,
  scope: string,
): AccessTokens {
  return shareTokens(() => {
    const nowSeconds = Math.floor(systemClock.now() / 1000);
    const claims = {
      iss: email,
      scope,
      aud: tokenUrl,
      iat: nowSeconds,
      exp: nowSeconds + LIFETIME_SECONDS,
    };
    const assertion = signStatement(claims, privateKey);
    const form = new URLSearchParams({ grant_type: GRANT, assertion });
    return postForm(http, {
      tokenUrl,
      form,
      secrets: [assertion],
      hint: 'Check the service account and its key, and the clock of this machine.',
    });
  });
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DestinationError('destination-incomplete', `Cannot read the service account in '${path}'.`, {
      details: { path },
      hint: 'Check the option --gcs-service-account-file.',
      cause,
    });
  }
}

function parseServiceAccount(text: string, option: string): ServiceAccount {
  const account = tryParse(text);
  const email = textAt(account, 'client_email');
  const privateKey = textAt(account, 'private_key');
  if (email === undefined || privateKey === undefined) {
    throw new DestinationError('destination-incomplete', `--${option} holds no service account.`, {
      details: { option },
      hint: 'It must be the JSON key that Google Cloud gives out for a service account.',
    });
  }
  return { email, privateKey, tokenUrl: textAt(account, 'token_uri') ?? GOOGLE_TOKEN_URL };
}

function tryParse(text: string): JsonObject {
  try {
    return parseJsonObject(text);
  } catch {
    // Told to the user like a JSON that is no account.
    return {};
  }
}
