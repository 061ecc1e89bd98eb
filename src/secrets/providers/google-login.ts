import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errorCode, systemClock } from '../../base/index.ts';
import { signStatement } from '../../crypto/index.ts';
import type { ProviderUrl, SecretContext } from '../provider.ts';
import { SecretError } from '../secret-error.ts';
import { textAt, tryParseJson } from '../support/json.ts';
import { requestJson } from '../support/request-json.ts';

const SERVICE = 'The login of Google Cloud';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const LIFETIME_SECONDS = 3600;

/**
 * The token that requests to Google Cloud carry: the one that is given, else one for the service account that
 * is given, else as Google's libraries find it ("Application Default Credentials"): the file in
 * GOOGLE_APPLICATION_CREDENTIALS, what `gcloud auth application-default login` left, or the machine's own
 * account.
 */
export function createGoogleLogin({ query }: ProviderUrl, context: SecretContext): () => Promise<string> {
  const given = query['access-token'] ?? query['token'];
  if (given !== undefined) return async () => given;
  const key = query['service-account-json'] ?? readKeyFile(query['service-account-file'], context);
  let token: Promise<string> | undefined;
  return () => {
    token ??= key === undefined ? askMachine(context) : exchangeKey(key, context);
    return token;
  };
}

function readKeyFile(given: string | undefined, { environment }: SecretContext): string | undefined {
  const named = given ?? environment['GOOGLE_APPLICATION_CREDENTIALS'];
  const folder =
    environment['CLOUDSDK_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.config', 'gcloud');
  const path = named ?? join(folder, 'application_default_credentials.json');
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (named === undefined) return undefined;
    throw new SecretError('secret-provider-invalid', `Cannot read the key of the account in '${path}'.`, {
      details: { path, reason: errorCode(cause) ?? null },
      hint: "Check 'service-account-file' of the secret provider, or GOOGLE_APPLICATION_CREDENTIALS.",
      cause,
    });
  }
}

/**
 * A token for a key file: of a service account (RFC 7523), or of a person who gave permission (RFC 6749,
 * section 6).
 */
async function exchangeKey(text: string, { signal }: SecretContext): Promise<string> {
  const key = tryParseJson(text);
  const { json } = await requestJson({
    service: SERVICE,
    method: 'POST',
    url: textAt(key, 'token_uri') ?? TOKEN_URL,
    body: new URLSearchParams(formFor(key)),
    signal,
  });
  return tokenIn(json);
}

function formFor(key: unknown): Record<string, string> {
  const email = textAt(key, 'client_email');
  const privateKey = textAt(key, 'private_key');
  const refreshToken = textAt(key, 'refresh_token');
  if (refreshToken !== undefined) {
    return {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: textAt(key, 'client_id') ?? '',
      client_secret: textAt(key, 'client_secret') ?? '',
    };
  }
  if (email === undefined || privateKey === undefined) {
    throw new SecretError('secret-provider-invalid', 'The key for Google Cloud is that of no account.', {
      hint: 'It must be the JSON key that Google Cloud gives out for a service account.',
    });
  }
  const nowSeconds = Math.floor(systemClock.now() / 1000);
  const claims = {
    iss: email,
    scope: SCOPE,
    aud: textAt(key, 'token_uri') ?? TOKEN_URL,
    iat: nowSeconds,
    exp: nowSeconds + LIFETIME_SECONDS,
  };
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signStatement(claims, privateKey),
  };
}

/** The token of the machine's own account, where it is one of Google Cloud. */
async function askMachine({ environment, signal }: SecretContext): Promise<string> {
  const host = environment['GCE_METADATA_HOST'] ?? 'metadata.google.internal';
  const { json } = await requestJson({
    service: SERVICE,
    url: `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`,
    headers: { 'metadata-flavor': 'Google' },
    signal,
    timeoutMs: 3000,
  });
  return tokenIn(json);
}

function tokenIn(json: unknown): string {
  const token = textAt(json, 'access_token');
  if (token !== undefined) return token;
  throw new SecretError('secret-provider-refused', 'Google Cloud gave no token for the account.', {
    hint: 'Check the account that the secret provider logs in with.',
  });
}
