import type { LogLevel } from '../base/index.ts';

/** What a script's exit code says of the run (operations 2.7). */
export interface ScriptVerdict {
  readonly weight: 'ok' | 'warning' | 'error';
  /** Only asked of scripts that run before an operation. */
  readonly runs: boolean;
}

const VERDICTS: readonly ScriptVerdict[] = [
  { weight: 'ok', runs: true },
  { weight: 'ok', runs: false },
  { weight: 'warning', runs: true },
  { weight: 'warning', runs: false },
  { weight: 'error', runs: true },
];

/** 0 and 1 are fine, 2 and 3 warn, all others are errors; the operation runs after 0, 2 and 4. */
export function judgeExitCode(exitCode: number): ScriptVerdict {
  return VERDICTS[exitCode] ?? { weight: 'error', runs: false };
}

/** What the lines of a script's output ask for. */
export interface ScriptOutput {
  /** From `--name=value`, by name in lower case; `null` for a bare `--name`. */
  readonly changes: ReadonlyMap<string, string | null>;
  /** From `LOG:INFO`, `LOG:WARN` and `LOG:ERROR`. */
  readonly log: readonly { readonly level: LogLevel; readonly text: string }[];
}

/** Names that a script cannot change. */
const UNCHANGEABLE = new Set(['eventname', 'operationname', 'main-action', '']);
const LOG_LINE = /^LOG:(INFO|WARN|ERROR)[\s:]*(.*)$/;
const LEVELS = { INFO: 'information', WARN: 'warning', ERROR: 'error' } as const;

/** Reads what a script printed: options to change, and lines for the log. Anything else is passed over. */
export function parseScriptOutput(output: string): ScriptOutput {
  const changes = new Map<string, string | null>();
  const log: { level: LogLevel; text: string }[] = [];
  for (const line of output.split(/\r?\n/).map((text) => text.trim())) {
    const [, word, text = ''] = LOG_LINE.exec(line) ?? [];
    if (word === 'INFO' || word === 'WARN' || word === 'ERROR') log.push({ level: LEVELS[word], text });
    else if (line.startsWith('--')) addChange(changes, line.slice(2));
  }
  return { changes, log };
}

function addChange(changes: Map<string, string | null>, text: string): void {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).toLowerCase();
  if (UNCHANGEABLE.has(name)) return;
  changes.set(name, at < 0 ? null : text.slice(at + 1).replace(/^"(.*)"$/, '$1'));
}

/**
 * Splits a value into a program and its arguments; quotes keep spaces together, a backslash keeps the next
 * quote or backslash.
 */
export function splitCommandLine(text: string): readonly string[] {
  const words: string[] = [];
  const pieces = /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)|(\s+)/gy;
  let word: string | undefined;
  for (const [, double, single, bare, space] of text.matchAll(pieces)) {
    if (space === undefined)
      word = (word ?? '') + (single ?? (double ?? bare ?? '').replaceAll(/\\(["'\\ ])/g, '$1'));
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
