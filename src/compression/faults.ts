import { FormatError, type FormatErrorCode } from '../base/index.ts';

/** What is wrong with the bytes of a volume, and where. */
export interface Fault {
  readonly volumeName: string;
  /** A clause that ends the sentence "Cannot read volume 'x': ...". */
  readonly why: string;
  readonly entry?: string;
  readonly offset?: number;
  readonly cause?: unknown;
}

const HINT =
  'Test the destination to see what else is damaged; repair can often replace a damaged list or index.';

function formatError(code: FormatErrorCode, fault: Fault, hint: string): FormatError {
  const entry = fault.entry === undefined ? '' : ` entry '${fault.entry}' of`;
  const place = fault.offset === undefined ? '' : ` (at byte ${fault.offset})`;
  const message = `Cannot read${entry} volume '${fault.volumeName}': ${fault.why}${place}.`;
  return new FormatError(code, message, {
    details: {
      volume: fault.volumeName,
      ...(fault.entry === undefined ? {} : { entry: fault.entry }),
      ...(fault.offset === undefined ? {} : { offset: fault.offset }),
    },
    hint,
    ...(fault.cause === undefined ? {} : { cause: fault.cause }),
  });
}

export function corrupt(fault: Fault): FormatError {
  return formatError('volume-corrupt', fault, HINT);
}

export function truncated(fault: Fault): FormatError {
  return formatError('volume-truncated', fault, HINT);
}

export function unsupported(fault: Fault): FormatError {
  return formatError('volume-unsupported', fault, 'A newer release may know how to read it.');
}

export function tooLarge(fault: Fault): FormatError {
  return formatError(
    'volume-too-large',
    fault,
    'The volume is damaged or was made to exhaust memory or disk.',
  );
}

/** What a decoder has against its input, for those who know the place to name it. */
export class StreamFault extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'StreamFault';
  }
}

/**
 * Runs `work`; a `StreamFault` becomes `volume-corrupt`. Other errors, a full disk for one, are not the
 * volume's and pass.
 */
export function blameVolume<T>(
  place: { volumeName: string; entry?: string; offset?: number },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StreamFault)) throw error;
    throw corrupt({ ...place, why: error.message, cause: error });
  }
}
