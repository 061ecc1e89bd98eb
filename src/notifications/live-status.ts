import type { Clock, Log } from '../base/index.ts';
import { createMessageGate } from '../filters/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import { hidePaths } from './hide-paths.ts';
import { formatLine } from './log-lines.ts';
import { readAddresses } from './read-address.ts';
import { readRoute } from './read-route.ts';
import type { Route } from './report-request.ts';
import { sendRequest } from './send-request.ts';

/** How far a run is; what is not known is absent. */
export interface LiveProgress {
  readonly phase: string;
  readonly filesDone: number;
  readonly filesTotal?: number | undefined;
  readonly bytesDone: number;
  readonly bytesTotal?: number | undefined;
  readonly current?: string | undefined;
}

export interface LiveStatusContext {
  readonly settings: ProgramSettings;
  readonly operation: string;
  /** Whose run it is: `backup-name`, `machine-name` and the like. */
  readonly origin: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  /** Is told once when nobody can be told. */
  readonly onFailure: (error: unknown) => void;
}

/** Posts how a run goes while it goes on: at its beginning, again and again, and at its end. */
export interface LiveStatus extends Log {
  progress(progress: LiveProgress): void;
  /** Posts a last time, and waits for that. Never throws. */
  end(result: string): Promise<void>;
}

/**
 * Begins the posts of `--http-report-status-url`; `undefined` where nobody asks for them. Throws
 * `notification-invalid`.
 */
export function openLiveStatus(context: LiveStatusContext): LiveStatus | undefined {
  const { settings } = context;
  const urls = readAddresses(settings.get('http-report-status-url'), 'http-report-status-url');
  return urls.length === 0 ? undefined : new Poster(urls, readRoute(settings, 'http-report-status'), context);
}

class Poster implements LiveStatus {
  readonly #urls: readonly URL[];
  readonly #route: Route;
  readonly #context: LiveStatusContext;
  readonly #gate = createMessageGate({ level: 'information' });
  readonly #maxLines: number;
  readonly #beginMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #lines: string[] = [];
  readonly #counts = { warning: 0, error: 0 };
  #progress: LiveProgress | undefined;
  #posting: Promise<void> | undefined;
  #hasFailed = false;

  constructor(urls: readonly URL[], route: Route, context: LiveStatusContext) {
    const { settings, clock } = context;
    this.#urls = urls;
    this.#route = route;
    this.#context = context;
    this.#maxLines = settings.get('http-report-status-max-log-lines');
    this.#beginMs = clock.now();
    this.#post('Started');
    this.#timer = setInterval(() => this.#post('Running'), settings.get('http-report-status-interval'));
    this.#timer.unref();
  }

  write(level: Parameters<Log['write']>[0], id: string, text: string): void {
    if (level === 'warning' || level === 'error') this.#counts[level]++;
    if (!this.#gate(level, id)) return;
    this.#lines.push(formatLine(level, id, text, this.#context.clock.now()));
    if (this.#lines.length > this.#maxLines) this.#lines.shift();
  }

  progress(progress: LiveProgress): void {
    this.#progress = progress;
  }

  async end(result: string): Promise<void> {
    clearInterval(this.#timer);
    await this.#posting;
    this.#post('Completed', result);
    await this.#posting;
  }

  /** Where the last post is still on its way, this one is left out. */
  #post(state: 'Started' | 'Running' | 'Completed', result?: string): void {
    if (this.#posting !== undefined) return;
    const body = JSON.stringify(this.#describe(state, result));
    const route = this.#route;
    const { signal } = new AbortController();
    this.#posting = Promise.all(
      this.#urls.map((url) =>
        sendRequest({ method: 'POST', url, contentType: 'application/json', body, route, signal }),
      ),
    )
      .then(() => {})
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#posting = undefined;
      });
  }

  #complain(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#context.onFailure(error);
  }

  #describe(state: string, result: string | undefined): object {
    const { operation, origin, clock, redact, settings } = this.#context;
    const allowsPaths = settings.get('http-report-status-allow-paths-in-log-messages');
    const clean = (text: string): string => redact(allowsPaths ? text : hidePaths(text));
    return {
      State: state,
      OperationName: operation,
      ParsedResult: result ?? null,
      BeginTime: new Date(this.#beginMs).toISOString(),
      Time: new Date(clock.now()).toISOString(),
      Progress: describeProgress(this.#progress, allowsPaths),
      Warnings: this.#counts.warning,
      Errors: this.#counts.error,
      LogLines: this.#lines.map(clean),
      Extra: origin,
    };
  }
}

function describeProgress(progress: LiveProgress | undefined, allowsPaths: boolean): object | null {
  if (progress === undefined) return null;
  return {
    Phase: progress.phase,
    ProcessedFileCount: progress.filesDone,
    ProcessedFileSize: progress.bytesDone,
    TotalFileCount: progress.filesTotal ?? null,
    TotalFileSize: progress.bytesTotal ?? null,
    CurrentFilename: allowsPaths ? (progress.current ?? null) : null,
  };
}
