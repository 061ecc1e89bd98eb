/** The parts of a stream that printing needs; `process.stdout` and a test's array of lines both have them. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const DEFAULT_WIDTH = 80;
const MOST_WIDTH = 120;

/** Columns to print in: those of the terminal up to a readable length, 80 where there is none. */
export function widthOf(sink: TextSink): number {
  return Math.min(sink.columns ?? DEFAULT_WIDTH, MOST_WIDTH);
}

/**
 * Replaces control characters, which file names may hold, so that a name cannot move the cursor or colour the
 * screen.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** The same for a name that somebody else chose, which is not to look like further lines either. */
export function printableName(name: string): string {
  return printable(name).replaceAll('\n', '\ufffd');
}
