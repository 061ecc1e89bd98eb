import { type Log, silentLog } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { encodePathPart } from '../support/encode-path.ts';
import { HttpClient, type HttpRequest, type HttpResponse, readText } from '../support/http/index.ts';
import { isNotThere, type RcloneAnswer, rcloneEnded, rcloneFailure, readAnswer } from './rclone-failures.ts';
import { type RcloneProcess, startRclone } from './rclone-process.ts';
import type { RcloneSettings } from './settings.ts';

export type RcloneParameters = Readonly<Record<string, unknown>>;

/** Talks to one long-lived rclone, which is started by the first call and again after it died. */
export class RcloneClient {
  readonly #settings: RcloneSettings;
  readonly #http: HttpClient;
  #process: Promise<RcloneProcess> | undefined;

  constructor(
    settings: RcloneSettings,
    timeouts: { readonly shortMs: number; readonly listMs: number },
    log: Log = silentLog,
  ) {
    this.#settings = settings;
    const tls = { acceptsAny: false, fingerprints: [], authorities: undefined };
    // The silence of a remote is watched by rclone, which alone sees it.
    this.#http = new HttpClient({ timeouts: { ...timeouts, idleMs: 0 }, tls, proxies: {} }, log);
  }

  /** Calls a command of `rclone rc`. Gives its result, or what rclone said where it could not. */
  async call(
    command: string,
    parameters: RcloneParameters,
    options: SignalOptions & { readonly limit: HttpRequest['limit'] },
  ): Promise<{ readonly result: RcloneParameters } | { readonly refusal: RcloneAnswer }> {
    const response = await this.#send({
      ...options,
      method: 'POST',
      path: command,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    if (response.status !== 200) return { refusal: await readAnswer(response) };
    const result: unknown = JSON.parse(await readText(response));
    return { result: typeof result === 'object' && result !== null ? { ...result } : {} };
  }

  /** Opens a file of the folder for reading. */
  async read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const path = `${encodePathPart(`[${this.#settings.folder}]`)}/${encodePathPart(name)}`;
    return this.#send({ ...options, method: 'GET', path, headers, limit: 'transfer' });
  }

  /** The error for a call that could not be done, where nothing better is known. */
  failure(action: string, answer: RcloneAnswer): DestinationError {
    return rcloneFailure(action, this.#settings.folder, answer);
  }

  isNotThere(answer: RcloneAnswer): boolean {
    return isNotThere(answer);
  }

  async close(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    this.#http[Symbol.dispose]();
    await process?.then((running) => running.stop()).catch(() => {});
  }

  async #send({
    path,
    headers = {},
    ...request
  }: Omit<HttpRequest, 'url'> & { readonly path: string }): Promise<HttpResponse> {
    const process = await this.#running();
    const { address, authorization } = process;
    const url = new URL(path, address);
    try {
      return await this.#http.send({ ...request, url, headers: { ...headers, authorization } });
    } catch (error) {
      if (!(error instanceof DestinationError) || error.code !== 'destination-unreachable') throw error;
      const words = await process.lastWords();
      throw words === undefined ? error : rcloneEnded(words, error);
    }
  }

  async #running(): Promise<RcloneProcess> {
    this.#process ??= startRclone(this.#settings);
    const starting = this.#process;
    try {
      const process = await starting;
      if (process.isRunning()) return process;
      await process.stop();
    } catch (error) {
      this.#forget(starting);
      throw error;
    }
    this.#forget(starting);
    return this.#running();
  }

  /** Of those that waited for the same process, only the first one clears the way for the next. */
  #forget(process: Promise<RcloneProcess>): void {
    if (this.#process === process) this.#process = undefined;
  }
}
