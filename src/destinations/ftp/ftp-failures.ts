import { FTPError } from 'basic-ftp';
import { BackupError } from '../../base/index.ts';
import { type Attempt, failureOf, MEANINGS, type Meaning, quoteAnswer } from '../support/attempt.ts';
import { lineFailure } from './connect.ts';

/** The code of the server's answer (RFC 959, section 4.2); `undefined` for every other error. */
export function answerOf(error: unknown): number | undefined {
  return error instanceof FTPError ? error.code : undefined;
}

/** True where the server does not know a command. */
export function isUnknownCommand(error: unknown): boolean {
  return [500, 502, 504].includes(answerOf(error) ?? 0);
}

/** What can only be found out by asking the server again. */
export interface Inquiries {
  readonly host: string;
  hasFolder(): Promise<boolean>;
  /** Whether the file that was sought is there. */
  hasFile(): Promise<boolean>;
}

/** The error of an attempt; one that has its meaning already comes back untouched. */
export async function translate(error: unknown, attempt: Attempt, inquiries: Inquiries): Promise<unknown> {
  if (error instanceof BackupError) return error;
  const answer = answerOf(error);
  if (answer === undefined || !(error instanceof FTPError)) return lineFailure(error, inquiries.host);
  try {
    return failureOf(attempt, await meaningOf(answer, error.message, attempt, inquiries), error);
  } catch (other) {
    // The server answers no more, which is the greater trouble.
    return lineFailure(other, inquiries.host);
  }
}

/** What servers say with other codes where the disk does not take any more. */
const DISK_WORDS = /writing to local file|no space left|disk full|quota/i;

/** The same for a name, which no later attempt makes shorter. */
const NAME_WORDS = /name too long/i;

/** Servers give one code for what is not there and for what is not permitted. */
async function meaningOf(
  answer: number,
  message: string,
  { seeksFile }: Attempt,
  inquiries: Inquiries,
): Promise<Meaning> {
  const because = `the server says '${quoteAnswer(message)}'`;
  if (answer === 452 || answer === 552 || DISK_WORDS.test(message)) return MEANINGS.full;
  if (NAME_WORDS.test(message)) return { code: 'destination-refused', because };
  if (answer < 500 && answer !== 450) return { code: 'destination-unreachable', because };
  if (answer === 450 || answer === 550 || answer === 553) {
    if (!(await inquiries.hasFolder())) return MEANINGS.folderMissing;
    if (seeksFile === true && !(await inquiries.hasFile())) return MEANINGS.fileMissing;
  }
  if (answer === 450) return { code: 'destination-unreachable', because };
  return { ...MEANINGS.noPermission, because };
}
