import { readFileSync, statSync } from 'node:fs';
import { errorCode, errorMessage, type Log } from '../base/index.ts';
import type { TransferLimits } from '../destinations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../options/index.ts';
import { CommandLineError } from './command-line-error.ts';
import { formatCount } from './format-amount.ts';
import { parseParametersFile } from './parameters-file.ts';

/** How often the file is looked at. */
const LOOK_MS = 1000;
const NAMES: ReadonlySet<string> = new Set(['throttle-upload', 'throttle-download', 'throttle-disabled']);

/** Bytes per second; 0 is no limit. */
interface Rates {
  readonly upload: number;
  readonly download: number;
}

/** The file in which the user changes the limits of transfers while a run goes on. */
export class ThrottleFile {
  readonly #path: string;
  readonly #limits: TransferLimits;
  readonly #log: Log;
  readonly #usual: Rates;
  /** When and how long the file was that counts now; empty where there was none. */
  #seen = '';

  /** `limits` are those of the options, and count while there is no file. */
  constructor(path: string, limits: TransferLimits, log: Log) {
    this.#path = path;
    this.#limits = limits;
    this.#log = log;
    this.#usual = { upload: limits.upload.bytesPerSecond, download: limits.download.bytesPerSecond };
  }

  /**
   * Obeys the file where it has changed since the last look. One that cannot be understood changes nothing,
   * and is warned of once.
   */
  look(): void {
    const seen = this.#stamp();
    if (seen === this.#seen) return;
    this.#seen = seen;
    try {
      this.#set(seen === '' ? this.#usual : this.#read());
    } catch (error) {
      const text = `The limits stay as they are; '${this.#path}' cannot be used: ${errorMessage(error)}`;
      this.#log.write('warning', errorCode(error) ?? 'throttle-file-unreadable', text);
    }
  }

  /** Looks now, and every second until the signal fires or the process has nothing else to do. */
  follow(signal: AbortSignal): void {
    this.look();
    const timer = setInterval(() => this.look(), LOOK_MS).unref();
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  #stamp(): string {
    const stat = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
  }

  #read(): Rates {
    const { options } = parseParametersFile(readFileSync(this.#path, 'utf8'), ':');
    const stranger = [...options.keys()].find((name) => !NAMES.has(name));
    if (stranger !== undefined) throw notALimit(stranger);
    const settings = resolveProgramOptions({ commandLine: options, context: { pathListSeparator: ':' } });
    if (settings.get('throttle-disabled')) return { upload: 0, download: 0 };
    return {
      upload: options.has('throttle-upload') ? settings.get('throttle-upload') : this.#usual.upload,
      download: options.has('throttle-download') ? settings.get('throttle-download') : this.#usual.download,
    };
  }

  #set({ upload, download }: Rates): void {
    if (this.#limits.upload.bytesPerSecond === upload && this.#limits.download.bytesPerSecond === download)
      return;
    this.#limits.upload.change(upload);
    this.#limits.download.change(download);
    const text = `Limits from now on: upload ${describe(upload)}, download ${describe(download)}.`;
    this.#log.write('information', 'throttle-changed', text);
  }
}

/** Follows the file that the options name, where they do. */
export function followThrottleFile(
  settings: ProgramSettings,
  limits: TransferLimits | undefined,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): void {
  const path = settings.get('throttle-file');
  if (path !== undefined && limits !== undefined) new ThrottleFile(path, limits, log).follow(signal);
}

function describe(bytesPerSecond: number): string {
  return bytesPerSecond === 0 ? 'none' : `${formatCount(bytesPerSecond, 'byte')} a second`;
}

function notALimit(name: string): CommandLineError {
  return new CommandLineError(
    'parameters-file-invalid',
    `A throttle file cannot say anything of '${name}'.`,
    {
      details: { option: name },
      hint: 'Its lines are --throttle-upload=<size>, --throttle-download=<size> and --throttle-disabled.',
    },
  );
}
