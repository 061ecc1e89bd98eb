import { randomInt } from 'node:crypto';
import { CommandLineError } from './command-line-error.ts';
import { readHidden, type TerminalInput } from './hidden-input.ts';
import type { TextSink } from './terminal.ts';

/** Why a passphrase is asked for: to open a backup, to settle that of a new one, or to give one another. */
export type PassphrasePurpose = 'open' | 'create' | 'change';

const OCCASIONS = {
  create: 'This is a new backup. Choose its passphrase',
  change: 'Choose the new passphrase of the backup',
} as const;

/** No letters and digits that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 6;
const GROUP_LENGTH = 4;

/** A passphrase that cannot be guessed (about 118 bits) and can be written down: `k7mq-…`. */
export function suggestPassphrase(): string {
  return Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '').join(''),
  ).join('-');
}

export interface PassphrasePrompt {
  readonly input: TerminalInput;
  readonly output: TextSink;
  readonly purpose: PassphrasePurpose;
}

/**
 * Asks for the passphrase on the terminal without showing it. For a new backup a suggestion is made, and a
 * typed one has to be typed twice. Throws `CommandLineError`: `passphrase-missing` where there is no terminal
 * or nothing was typed, `passphrase-mismatch`.
 */
export async function askPassphrase({ input, output, purpose }: PassphrasePrompt): Promise<string> {
  if (input.isTTY !== true) throw passphraseMissing();
  const suggestion = purpose === 'open' ? undefined : suggestPassphrase();
  if (purpose !== 'open') {
    output.write(
      `${OCCASIONS[purpose]}; without it, nothing can ever be restored.\nSuggestion: ${suggestion}\nPress Enter to use the suggestion (write it down first), or type another one.\n`,
    );
  }
  const typed = await ask('Passphrase: ', input, output);
  if (typed === '' && suggestion !== undefined) return suggestion;
  if (typed === '') throw passphraseMissing();
  if (suggestion !== undefined && (await ask('Once more:  ', input, output)) !== typed) {
    throw new CommandLineError('passphrase-mismatch', 'The two passphrases are not the same.', {
      hint: 'Start again; nothing was done.',
    });
  }
  return typed;
}

/**
 * One line that must not be seen: typed on a terminal without showing it, else the first line of the input.
 * Throws `CommandLineError` (`passphrase-missing`) for an empty one.
 */
export async function askHidden(question: string, input: TerminalInput, output: TextSink): Promise<string> {
  if (input.isTTY !== true) return readPassphraseLine(input);
  const typed = await ask(question, input, output);
  if (typed === '') throw passphraseMissing();
  return typed;
}

/** The first line of standard input, for `--force-passphrase-from-stdin`. */
export async function readPassphraseLine(input: AsyncIterable<unknown>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += chunk instanceof Uint8Array ? decoder.decode(chunk, { stream: true }) : String(chunk);
    if (/[\r\n]/.test(text)) break;
  }
  const [line = ''] = text.split(/\r\n|\r|\n/);
  if (line === '') throw passphraseMissing();
  return line;
}

function passphraseMissing(): CommandLineError {
  return new CommandLineError('passphrase-missing', 'There is no passphrase.', {
    hint: 'Set the environment variable PASSPHRASE, or use --no-encryption if the backup is not encrypted.',
  });
}

async function ask(question: string, input: TerminalInput, output: TextSink): Promise<string> {
  // Whoever types ahead of the question is not shown either.
  const reading = readHidden(input);
  output.write(question);
  const answer = await reading;
  output.write('\n');
  return answer;
}
