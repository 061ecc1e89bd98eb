import { setTimeout as delay } from 'node:timers/promises';
import type { SignalOptions } from '../../destination.ts';
import { DestinationError } from '../../destination-error.ts';
import { HttpClient, readFailure, readHttpSettings } from '../http/index.ts';
import { numberAt, readJson, requiredText, textAt } from '../json.ts';
import type { AuthorizationOrder } from './authorization-order.ts';
import type { Grant } from './grants.ts';
import { postForm } from './refresh-token.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';
/** What the provider means when it says nothing. */
const USUAL_INTERVAL_SECONDS = 5;
/** How much longer the pause becomes when it was too short. */
const SLOWER_SECONDS = 5;

interface Asking {
  readonly tokenUrl: string;
  readonly form: URLSearchParams;
  readonly secrets: readonly string[];
}

/**
 * Gets a refresh token for a permission that a person gives in a browser on any machine, by entering a code
 * there (RFC 8628). Throws `destination-unknown-scheme` where the provider knows no such way, and
 * `destination-refused` where nobody gives it in time.
 */
export async function authorizeByCode(
  order: AuthorizationOrder,
  grant: Grant,
  clientId: string,
): Promise<string> {
  const { settings, log, scheme, signal } = order;
  const deviceUrl = settings.get('oauth-device-url') ?? grant.deviceUrl;
  if (deviceUrl === undefined) {
    throw new DestinationError(
      'destination-unknown-scheme',
      `The provider of '${scheme}' destinations gives out no codes to be entered elsewhere.`,
      { details: { scheme }, hint: 'Leave out --oauth-device-code; over SSH, forward the port 53682.' },
    );
  }
  using http = new HttpClient(readHttpSettings(settings), log);
  const question = new URLSearchParams({ client_id: clientId, scope: grant.scope ?? '' });
  const answer = await http.send({
    signal,
    method: 'POST',
    url: new URL(deviceUrl),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: question.toString(),
    limit: 'short',
  });
  if (answer.status !== 200) throw await readFailure(answer, { action: 'get a code' });
  const code = await readJson(answer);
  const address = textAt(code, 'verification_uri') ?? requiredText(code, 'verification_url');
  order.onAddress(address, requiredText(code, 'user_code'));
  const clientSecret = settings.get('oauth-client-secret');
  const deviceCode = requiredText(code, 'device_code');
  const form = new URLSearchParams({
    grant_type: GRANT_TYPE,
    device_code: deviceCode,
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  const tokenUrl = settings.get('oauth-token-url') ?? grant.tokenUrl;
  const asking = { tokenUrl, form, secrets: [deviceCode, clientSecret ?? ''] };
  return await awaitPermission(http, asking, numberAt(code, 'interval') ?? USUAL_INTERVAL_SECONDS, order);
}

/** Asks again and again, as often as the provider likes it; it says when the code has expired. */
async function awaitPermission(
  http: HttpClient,
  asking: Asking,
  intervalSeconds: number,
  { signal }: SignalOptions,
): Promise<string> {
  let pauseSeconds = intervalSeconds;
  for (;;) {
    await delay(pauseSeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    signal?.throwIfAborted();
    try {
      const { body } = await postForm(http, {
        ...asking,
        hint: 'Try again, and give the permission in the browser before the code expires.',
      });
      return requiredText(body, 'refresh_token');
    } catch (error) {
      const said = error instanceof DestinationError ? error.details['serverCode'] : undefined;
      if (said === 'slow_down') pauseSeconds += SLOWER_SECONDS;
      else if (said !== 'authorization_pending') throw error;
    }
  }
}
