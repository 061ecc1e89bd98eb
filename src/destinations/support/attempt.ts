import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';

/** What was being done at a destination, for the message of an error. */
export interface Attempt {
  /** Completes "Cannot ... in": `the folder '/backup' at host`. */
  readonly place: string;
  /** A verb and its object that complete "Cannot ...": `read 'x.zip'`. */
  readonly action: string;
  /** True when the attempt needs a stored file, so that its absence is an answer and not a disturbance. */
  readonly seeksFile?: boolean;
}

/** What a failure means to the caller. */
export interface Meaning {
  readonly code: DestinationErrorCode;
  /** Completes "Cannot ... in ...: ". */
  readonly because: string;
  readonly hint?: string;
}

/** The error of an attempt that failed. */
export function failureOf(attempt: Attempt, meaning: Meaning, cause?: unknown): DestinationError {
  const { code, because, hint } = meaning;
  return new DestinationError(code, `Cannot ${attempt.action} in ${attempt.place}: ${because}.`, {
    details: { place: attempt.place },
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

export const MEANINGS = {
  fileMissing: { code: 'destination-file-missing', because: 'there is no such file' },
  fileExists: { code: 'destination-file-exists', because: 'a file of that name is there already' },
  folderMissing: { code: 'destination-folder-missing', because: 'the folder does not exist' },
  vanished: { code: 'destination-unreachable', because: 'a file disappeared meanwhile' },
  noPermission: {
    code: 'destination-refused',
    because: 'the server does not permit it',
    hint: 'Check the permissions of the folder for the user of the destination URL.',
  },
  readOnly: {
    code: 'destination-refused',
    because: 'the storage is read-only',
    hint: 'Mount it for writing at the server.',
  },
  full: { code: 'destination-full', because: 'no space is left there' },
} as const satisfies Readonly<Record<string, Meaning>>;

/** A text of the far side for use inside a sentence: one line, without its full stop. */
export function quoteAnswer(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
