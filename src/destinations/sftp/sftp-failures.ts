import { errorMessage } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { type Attempt, failureOf, MEANINGS, type Meaning, quoteAnswer } from '../support/attempt.ts';
import { UnknownRequest } from './session.ts';

/** Status codes of the protocol (draft-ietf-secsh-filexfer-02, section 7). */
export const STATUS = {
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/** The status code by which the server refused a request; `undefined` for every other error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return undefined;
  return error.code;
}

/** What can only be found out by asking the server again. */
export interface Inquiries {
  hasFolder(): Promise<boolean>;
  /** How the storage stands: servers tell of a full disk only that there was a failure. */
  storageState(): Promise<'writable' | 'full' | 'read-only'>;
}

/**
 * The error of an attempt. What is no answer of the server (an abort, an error of the source, a broken
 * connection) comes back untouched.
 */
export async function translate(error: unknown, attempt: Attempt, inquiries: Inquiries): Promise<unknown> {
  if (error instanceof DestinationError) return error;
  if (error instanceof UnknownRequest) {
    return failureOf(attempt, { code: 'destination-refused', because: error.message }, error);
  }
  const status = statusOf(error);
  if (status === undefined) return error;
  try {
    return failureOf(attempt, await meaningOf(status, error, attempt, inquiries), error);
  } catch (other) {
    // The server answers no more, which is the greater trouble.
    return other instanceof DestinationError ? other : error;
  }
}

async function meaningOf(
  status: number,
  error: unknown,
  attempt: Attempt,
  inquiries: Inquiries,
): Promise<Meaning> {
  if (status === STATUS.noSuchFile) return meaningOfAbsence(attempt, inquiries);
  if (status === STATUS.permissionDenied) return MEANINGS.noPermission;
  const because = `the server says '${quoteAnswer(errorMessage(error))}'`;
  if (status === STATUS.badMessage || status === STATUS.unsupported)
    return { code: 'destination-refused', because };
  const state = await inquiries.storageState();
  if (state === 'full') return MEANINGS.full;
  if (state === 'read-only') return MEANINGS.readOnly;
  return { code: 'destination-unreachable', because };
}

/** Servers say the same for a missing file and for a missing folder, which must never be taken for one another. */
async function meaningOfAbsence({ seeksFile }: Attempt, { hasFolder }: Inquiries): Promise<Meaning> {
  if (!(await hasFolder())) return MEANINGS.folderMissing;
  return seeksFile === true ? MEANINGS.fileMissing : MEANINGS.vanished;
}
