import { DestinationError } from '../../destination-error.ts';
import { type HttpClient, type HttpResponse, headerOf, plainWords, readFailure } from '../http/index.ts';
import { numberAt, readJson, requiredText, textAt } from '../json.ts';
import type { GivenToken } from './access-tokens.ts';

export interface AuthidSettings {
  readonly authid: string;
  /** The address of the service that knows what the id stands for. */
  readonly serviceUrl: string;
  /** What the service calls this kind of destination. */
  readonly module: string;
  /** True where the first id stays the right one, whatever others the service offers. */
  readonly keepsAuthid?: boolean;
}

/**
 * The protocol of Duplicati's login service: an id for a token. The service may give a better id with it,
 * which is used from then on.
 */
export function authidTokens(http: HttpClient, settings: AuthidSettings): () => Promise<GivenToken> {
  let { authid } = settings;
  const url = new URL(settings.serviceUrl);
  return async () => {
    const headers = { 'x-authid': authid, accept: 'application/json' };
    const response = await http.send({ method: 'GET', url, headers, limit: 'short' });
    if (response.status !== 200) throw await notGiven(response, { ...settings, authid });
    const answer = await readJson(response);
    const better = textAt(answer, 'v2_authid') ?? '';
    if (better !== '' && settings.keepsAuthid !== true) authid = better;
    const seconds = numberAt(answer, 'expires');
    return {
      text: requiredText(answer, 'access_token'),
      lifetimeMs: seconds === undefined ? undefined : seconds * 1000,
    };
  };
}

/** Where a person gets an authid. */
export function authidAddress(serviceUrl: string, module: string): string {
  return `${new URL(serviceUrl).origin}/?type=${encodeURIComponent(module)}`;
}

async function notGiven(
  response: HttpResponse,
  { authid, serviceUrl, module }: AuthidSettings,
): Promise<DestinationError> {
  const { host } = new URL(serviceUrl);
  const reason = plainWords(headerOf(response, 'x-reason') ?? '', [authid]);
  const failure = await readFailure(response, {
    action: `get a token from ${host}`,
    read: (body) => ({ words: reason === '' ? body : reason }),
    secrets: [authid],
  });
  if (failure.retryable) return failure;
  const because = reason === '' ? '' : `: ${reason}`;
  return new DestinationError(
    'destination-refused',
    `The login service ${host} does not accept the authid${because}.`,
    {
      details: failure.details,
      hint: `Get a new one at ${authidAddress(serviceUrl, module)}.`,
    },
  );
}
