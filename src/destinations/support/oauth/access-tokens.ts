import { monotonicMs } from '../../../base/index.ts';
import { SharedValue } from '../shared-value.ts';

/** A token as whoever gives them out describes it. */
export interface GivenToken {
  readonly text: string;
  /** How long it is good for; `undefined` where nobody says. */
  readonly lifetimeMs: number | undefined;
}

export interface AccessToken {
  readonly text: string;
  /** By the steady clock. */
  readonly endsAtMs: number;
}

/**
 * The token with which requests prove what they may do: asked for when it is needed, kept in memory, shared
 * by all requests.
 */
export type AccessTokens = SharedValue<AccessToken>;

/** A token is given up this long before its end, so that a request which begins now is still accepted. */
const MARGIN_MS = 30_000;

export function shareTokens(fetch: () => Promise<GivenToken>): AccessTokens {
  return new SharedValue(
    async () => {
      const { text, lifetimeMs = Number.POSITIVE_INFINITY } = await fetch();
      return { text, endsAtMs: monotonicMs() + lifetimeMs };
    },
    ({ endsAtMs }) => monotonicMs() < endsAtMs - MARGIN_MS,
  );
}

/** A token that was given once and for all. */
export function fixedToken(text: string): AccessTokens {
  return shareTokens(async () => ({ text, lifetimeMs: undefined }));
}
