import { DestinationError } from '../../destination-error.ts';
import { type HttpClient, readFailure } from '../http/index.ts';
import { type JsonObject, numberAt, parseJsonObject, readJson, requiredText, textAt } from '../json.ts';
import type { GivenToken } from './access-tokens.ts';

export interface RefreshTokenSettings {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Absent for applications without a secret. */
  readonly clientSecret: string | undefined;
  readonly refreshToken: string;
}

/**
 * The grant of RFC 6749, section 6, with an application of the user's own. A new refresh token that comes
 * with the answer replaces the old one.
 */
export function refreshTokens(http: HttpClient, settings: RefreshTokenSettings): () => Promise<GivenToken> {
  const { tokenUrl, clientId, clientSecret } = settings;
  let { refreshToken } = settings;
  return async () => {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    });
    const answer = await postForm(http, {
      tokenUrl,
      form,
      secrets: [refreshToken, clientSecret ?? ''],
      hint: 'Check the options --oauth-client-id, --oauth-client-secret and --oauth-refresh-token.',
    });
    refreshToken = textAt(answer.body, 'refresh_token') ?? refreshToken;
    return answer;
  };
}

export interface TokenQuestion {
  readonly tokenUrl: string;
  readonly form: URLSearchParams;
  /** Kept out of messages. */
  readonly secrets: readonly string[];
  /** What the user may check after a refusal. */
  readonly hint: string;
}

/**
 * Asks a token endpoint. Throws `destination-refused` where it does not accept the application or what proves
 * the permission.
 */
export async function postForm(
  http: HttpClient,
  { tokenUrl, form, secrets, hint }: TokenQuestion,
): Promise<GivenToken & { readonly body: JsonObject }> {
  const url = new URL(tokenUrl);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const response = await http.send({ method: 'POST', url, headers, body: form.toString(), limit: 'short' });
  if (response.status !== 200) {
    const failure = await readFailure(response, {
      action: `get a token from ${url.host}`,
      read: readError,
      secrets,
    });
    // A wrong clock is a better hint than the one of the caller.
    if (failure.retryable || 'clockLagMs' in failure.details) throw failure;
    throw new DestinationError('destination-refused', failure.message, {
      details: failure.details,
      hint,
    });
  }
  const body = await readJson(response);
  const seconds = numberAt(body, 'expires_in');
  return {
    text: requiredText(body, 'access_token'),
    lifetimeMs: seconds === undefined ? undefined : seconds * 1000,
    body,
  };
}

/** RFC 6749, section 5.2. */
function readError(body: string): {
  readonly code?: string | undefined;
  readonly words?: string | undefined;
} {
  const answer = parseJsonObject(body);
  return { code: textAt(answer, 'error'), words: textAt(answer, 'error_description') ?? '' };
}
