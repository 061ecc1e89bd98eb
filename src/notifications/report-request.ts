import type { Proxies } from '../base/proxies/index.ts';

/** Which servers are trusted, and the way to them. */
export interface Route {
  readonly acceptsAny: boolean;
  /** Fingerprints of certificates that are accepted although nothing else vouches for them. */
  readonly fingerprints: readonly string[];
  /** Authorities beside those that come with Node, PEM; `undefined` for none. */
  readonly authorities: string | undefined;
  readonly proxies: Proxies;
}

export interface ReportRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  readonly route: Route;
  readonly signal: AbortSignal;
}
