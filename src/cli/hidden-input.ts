import { AbortedByUser } from '../base/index.ts';

/** The parts of a terminal that reading without echo needs. */
export interface TerminalInput extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
  pause(): unknown;
}

const ENTER = new Set(['\r', '\n']);
const BACKSPACE = new Set(['\u007f', '\b']);
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

/** What was typed so far, and whether the line is finished. */
export interface TypedLine {
  readonly text: string;
  readonly state: 'typing' | 'entered' | 'aborted';
}

/**
 * Applies what a terminal in raw mode sent: characters, backspace, Ctrl-U (begin again), Enter, Ctrl-C. What
 * follows Enter is dropped.
 */
export function applyKeys(text: string, keys: string): TypedLine {
  const characters = [...text];
  for (const key of keys) {
    if (ENTER.has(key) || key === CTRL_D) return { text: characters.join(''), state: 'entered' };
    if (key === CTRL_C) return { text: '', state: 'aborted' };
    if (key === CTRL_U) characters.length = 0;
    else if (BACKSPACE.has(key)) characters.pop();
    else if (key >= ' ') characters.push(key);
  }
  return { text: characters.join(''), state: 'typing' };
}

/** Reads one line from a terminal without showing it. Throws `AbortedByUser` on Ctrl-C. */
export async function readHidden(input: TerminalInput): Promise<string> {
  input.setRawMode?.(true);
  const decoder = new TextDecoder();
  let line: TypedLine = { text: '', state: 'typing' };
  const reader = input[Symbol.asyncIterator]();
  try {
    while (line.state === 'typing') {
      const { value, done } = await reader.next();
      if (done === true) break;
      const keys = value instanceof Uint8Array ? decoder.decode(value, { stream: true }) : String(value);
      line = applyKeys(line.text, keys);
    }
  } finally {
    // The iterator is left open: ending it would close standard input for the next question.
    input.setRawMode?.(false);
    input.pause();
  }
  if (line.state === 'aborted') throw new AbortedByUser();
  return line.text;
}
