import { closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, errorMessage, type Log } from '../../base/index.ts';
import type { MessageGate } from '../../filters/index.ts';

export interface LogFileOptions {
  readonly path: string;
  readonly gate: MessageGate;
  readonly clock: Clock;
  /** Takes secrets out of a line. */
  readonly redact: (text: string) => string;
  /** Is told once when the file cannot be written; the run goes on without it. */
  readonly onFailure: (sentence: string) => void;
}

/** The file of `--log-file`, appended to until it is disposed of. Only its owner may read a new one. */
export interface LogFile extends Log, Disposable {}

/**
 * Opens the log file and makes its folder. Every line is handed to the system at once, and is safe on disk
 * when the run ends. Never throws.
 */
export function openLogFile({ path, gate, clock, redact, onFailure }: LogFileOptions): LogFile {
  let file: number | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      file = undefined;
      onFailure(
        `The log file '${path}' cannot be written: ${errorMessage(error)}. The run goes on without it.`,
      );
    }
  };
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, 'a', 0o600);
  });
  return {
    write: (level, id, text) => {
      const open = file;
      if (open === undefined || !gate(level, id)) return;
      const line = `${new Date(clock.now()).toISOString()} [${level}] ${id}: ${redact(text)}`;
      attempt(() => writeSync(open, `${line.replaceAll(/[\r\n]+/g, '\n  ')}\n`));
    },
    [Symbol.dispose]: () => {
      const open = file;
      if (open === undefined) return;
      attempt(() => fdatasyncSync(open));
      closeSync(open);
      file = undefined;
    },
  };
}
