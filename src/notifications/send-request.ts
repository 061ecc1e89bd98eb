import { errorMessage } from '../base/index.ts';
import { NotificationError } from './error.ts';
import type { ReportRequest } from './report-request.ts';

const LIMIT_MS = 60_000;

/**
 * Sends one report, and waits for the answer that says it was taken. Messages of errors name the host alone:
 * the rest of such an address is often a secret. Throws `notification-unreachable`, `notification-untrusted`,
 * `notification-refused`, or the signal's reason.
 */
export async function sendRequest(order: ReportRequest): Promise<void> {
  const { url } = order;
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([order.signal, limit]);
  // Most runs have nobody to tell, and loading Node's HTTP takes a tenth of a short one.
  const { exchangeReport } = await import('./exchange-report.ts');
  try {
    const { status, text } = await exchangeReport({ ...order, signal }, LIMIT_MS);
    if (status >= 200 && status < 300) return;
    throw new NotificationError(
      'notification-refused',
      `The server ${url.host} did not take the report: it answered ${status}${text === '' ? '' : ` (${text})`}.`,
      { details: { host: url.host, status } },
    );
  } catch (error) {
    if (error instanceof NotificationError) throw error;
    order.signal.throwIfAborted();
    const reason = limit.aborted
      ? `it did not answer within ${LIMIT_MS / 1000} seconds`
      : errorMessage(error);
    throw new NotificationError('notification-unreachable', `Cannot reach ${url.host}: ${reason}.`, {
      details: { host: url.host },
      cause: error,
    });
  }
}
