import { errorCode } from '../../base/index.ts';
import { SecretError } from '../secret-error.ts';
import { textAt, tryParseJson } from './json.ts';

export interface JsonRequest {
  /** What is asked, for messages: `HashiCorp Vault`. */
  readonly service: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
  readonly signal: AbortSignal;
  /** Statuses that are answers, beside those of success. */
  readonly expected?: readonly number[];
  /** Whether an answer of another status is one, where the status alone does not say it. */
  readonly isAnswer?: (answer: JsonAnswer) => boolean;
  /** Default 30 s. */
  readonly timeoutMs?: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** `undefined` where the answer was no JSON. */
  readonly json: unknown;
}

const TIMEOUT_MS = 30_000;

/**
 * Asks a service over HTTP. Throws `secret-provider-unreachable`, and `secret-provider-refused` for every
 * status that is not expected.
 */
export async function requestJson(request: JsonRequest): Promise<JsonAnswer> {
  const { service, method = 'GET', url, headers = {}, body, signal } = request;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method,
      headers,
      // A token is never carried on to another address.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)]),
      ...(body === undefined ? {} : { body }),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(request, error);
  }
  const json = tryParseJson(text);
  if (isAnswer(request, { status, json })) return { status, json };
  if (status === 429 || status >= 500) throw unreachable(request, undefined, status);
  throw new SecretError(
    'secret-provider-refused',
    `${service} refused with status ${status}${reasonIn(json)}.`,
    {
      details: { service, status },
      hint: 'Check what the provider is given to log in with, and what that may read.',
    },
  );
}

function isAnswer({ expected, isAnswer }: JsonRequest, answer: JsonAnswer): boolean {
  const { status } = answer;
  return (
    (status >= 200 && status < 300) || expected?.includes(status) === true || isAnswer?.(answer) === true
  );
}

function unreachable({ service, url }: JsonRequest, cause: unknown, status?: number): SecretError {
  const { host } = new URL(url);
  const how =
    status === undefined ? `does not answer (${networkReason(cause)})` : `answered with status ${status}`;
  return new SecretError('secret-provider-unreachable', `${service} at ${host} ${how}.`, {
    details: { service, host, status: status ?? null },
    hint: 'Check the address and the network. With --secret-provider-cache=Persistent a run can go on with the values of the last one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function networkReason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  return errorCode(error instanceof Error ? error.cause : undefined) ?? 'no connection';
}

/** A short name of what went wrong, where the service gives one: such names hold no secrets. */
function reasonIn(json: unknown): string {
  const name = [
    textAt(json, '__type'),
    textAt(json, 'error', 'status'),
    textAt(json, 'error', 'code'),
    textAt(json, 'error'),
    textAt(json, 'errors', '0'),
  ].find((text) => text !== undefined && /^[\w .#-]{1,60}$/.test(text));
  return name === undefined ? '' : ` (${name})`;
}
