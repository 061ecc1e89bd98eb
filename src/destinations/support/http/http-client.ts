import { errorMessage, type Log, monotonicMs } from '../../../base/index.ts';
import type { Proxies } from '../../../base/proxies/index.ts';
import type { ProgramSettings } from '../../../options/index.ts';
import { Agents } from './agents.ts';
import { type Exchange, exchange, StaleConnection } from './exchange.ts';
import type { HttpRequest, HttpResponse, HttpTimeouts } from './http-message.ts';
import { readProxies } from './proxies.ts';
import { readTlsSettings, type TlsSettings } from './tls-settings.ts';

export interface HttpSettings {
  readonly timeouts: HttpTimeouts;
  readonly tls: TlsSettings;
  readonly proxies: Proxies;
  /** Whether each request is told at level `verbose`. Default: only at `profiling`. */
  readonly tellsRequests?: boolean;
}

/** Reads the options that everything which speaks HTTP has in common. */
export function readHttpSettings(settings: ProgramSettings): HttpSettings {
  return {
    timeouts: {
      shortMs: settings.get('short-timeout'),
      listMs: settings.get('list-timeout'),
      idleMs: settings.get('read-write-timeout'),
    },
    tls: readTlsSettings(settings),
    proxies: readProxies(settings),
    tellsRequests: settings.get('log-http-requests'),
  };
}

/**
 * HTTP for one destination: connections that are kept and shared by all its transfers, the three time limits,
 * TLS and proxies as the user wishes. It answers every status, follows no redirection, and never tries again
 * what may have reached the server. Close it with `dispose`.
 */
export class HttpClient implements Disposable {
  readonly #settings: HttpSettings;
  readonly #log: Log;
  readonly #agents: Agents;

  constructor(settings: HttpSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    const { proxies, tls, timeouts } = settings;
    this.#agents = new Agents({ proxies, tls, limitMs: timeouts.shortMs });
  }

  /**
   * Sends one request. Throws `destination-unreachable` (network, time limits), `destination-refused`
   * (certificate), `destination-corrupt` (the source of the body has another length), the source's own error,
   * or the reason of the signal.
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const startMs = monotonicMs();
    try {
      const response = await this.#sendTwice(request);
      this.#tell(request, String(response.status), startMs);
      return response;
    } catch (error) {
      this.#tell(request, errorMessage(error), startMs);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#agents[Symbol.dispose]();
  }

  async #sendTwice(request: HttpRequest): Promise<HttpResponse> {
    for (;;) {
      try {
        return await exchange(request, this.#exchangeFor(request));
      } catch (error) {
        // Kept connections may all have been closed meanwhile; each failure removes one.
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
  }

  /** Without headers, bodies and the query: they carry credentials and signatures. */
  #tell({ method, url }: HttpRequest, outcome: string, startMs: number): void {
    const level = this.#settings.tellsRequests === true ? 'verbose' : 'profiling';
    const tookMs = Math.round(monotonicMs() - startMs);
    this.#log.write(level, 'http', `${method} ${url.host}${url.pathname}: ${outcome}, ${tookMs} ms`);
  }

  #exchangeFor({ url, limit }: HttpRequest): Exchange {
    const { timeouts, tls } = this.#settings;
    const limits = { short: timeouts.shortMs, list: timeouts.listMs, transfer: timeouts.idleMs };
    return { way: this.#agents.wayTo(url), tls, limitMs: limits[limit] };
  }
}
