import { counted, systemClock } from '../../../base/index.ts';
import { DestinationError, type DestinationErrorCode } from '../../destination-error.ts';
import { type HttpResponse, headerOf, readText } from './http-message.ts';
import { plainWords } from './plain-words.ts';
import { PROXY_LOGIN_HINT } from './proxies.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What a provider knows about an answer beyond its status. */
export interface FailureContext {
  /** Completes "Cannot ...": `store 'x'`. */
  readonly action: string;
  /** What "not found" means here; without it, the server has something else than what is spoken to. */
  readonly missing?: 'destination-file-missing' | 'destination-folder-missing';
  /** What the provider's own error codes mean, before the status is asked. */
  readonly codes?: Readonly<Record<string, DestinationErrorCode>>;
  /** Finds the provider's error code and its words in the body. */
  readonly read?: (body: string) => {
    readonly code?: string | undefined;
    readonly words?: string | undefined;
  };
  /** What to do about a refusal of which the status tells nothing. */
  readonly hint?: string;
  /** Removed from what the server said. */
  readonly secrets?: readonly string[];
}

const CODE_OF_STATUS: Readonly<Record<number, DestinationErrorCode>> = {
  408: 'destination-unreachable',
  413: 'destination-full',
  425: 'destination-throttled',
  429: 'destination-throttled',
  503: 'destination-throttled',
  507: 'destination-full',
  509: 'destination-throttled',
};

/** Signatures and tokens depend on the time, and servers allow as much or more. */
const CLOCK_TOLERANCE_MS = 4 * 60_000;
/** What servers answer to a signature or token of another time. */
const TIMED_STATUSES: ReadonlySet<number> = new Set([400, 401, 403]);

const HINTS: Partial<Record<number, string>> = {
  401: 'Check the user name and the password, or the key.',
  403: 'Check the permissions of this account.',
  407: PROXY_LOGIN_HINT,
};

/** Reads an answer that is a refusal, and tells what it means. */
export async function readFailure(
  response: HttpResponse,
  context: FailureContext,
): Promise<DestinationError> {
  const body = await readText(response).catch(() => '');
  const { code: serverCode = '', words = body } = readWords(body, context);
  const said = plainWords(words, context.secrets ?? []);
  const { status, statusText } = response;
  const answer = [`${status} ${statusText}`.trim(), serverCode, said]
    .filter((part) => part !== '')
    .join(': ');
  const retryAfterMs = parseRetryAfter(headerOf(response, 'retry-after'), systemClock.now());
  const code = context.codes?.[serverCode] ?? codeOfStatus(status, context);
  const clockLagMs = clockLagOf(response);
  const advice = code === 'destination-refused' ? (HINTS[status] ?? context.hint) : undefined;
  const hint = clockLagMs === undefined ? advice : clockHint(clockLagMs);
  return new DestinationError(code, `Cannot ${context.action}: the server answered ${answer}.`, {
    details: {
      status,
      ...(serverCode === '' ? {} : { serverCode }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(clockLagMs === undefined ? {} : { clockLagMs }),
    },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** How far the clock of this machine is behind the server's, where that may be why it refused. */
function clockLagOf(response: HttpResponse): number | undefined {
  if (!TIMED_STATUSES.has(response.status)) return undefined;
  const lagMs = Date.parse(headerOf(response, 'date') ?? '') - systemClock.now();
  return Math.abs(lagMs) > CLOCK_TOLERANCE_MS ? lagMs : undefined;
}

function clockHint(lagMs: number): string {
  const minutes = Math.round(Math.abs(lagMs) / 60_000);
  const way = lagMs > 0 ? 'behind' : 'ahead of';
  return `Set the clock of this machine: it is ${counted(minutes, 'minute')} ${way} the server's, and logins depend on the time.`;
}

function readWords(
  body: string,
  { read }: FailureContext,
): { readonly code?: string | undefined; readonly words?: string | undefined } {
  try {
    return read?.(body) ?? {};
  } catch {
    // A proxy in between may have answered in its own words.
    return {};
  }
}

function codeOfStatus(status: number, { missing }: FailureContext): DestinationErrorCode {
  if ((status === 404 || status === 410) && missing !== undefined) return missing;
  return CODE_OF_STATUS[status] ?? (status >= 500 ? 'destination-unreachable' : 'destination-refused');
}
