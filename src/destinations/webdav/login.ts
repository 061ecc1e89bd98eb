import {
  answerDigest,
  type DigestChallenge,
  parseDigestChallenge,
} from '../support/http/digest-authentication.ts';
import { type HttpResponse, headerOf } from '../support/http/index.ts';

export interface LoginSettings {
  readonly user: string | undefined;
  readonly password: string;
  /** With `digest` the password itself is never sent. */
  readonly kind: 'basic' | 'digest';
}

/** Writes the `Authorization` header: Basic at once, or Digest as soon as the server has asked for it. */
export class Login {
  readonly #settings: LoginSettings;
  #challenge: DigestChallenge | undefined;
  #useCount = 0;

  constructor(settings: LoginSettings) {
    this.#settings = settings;
  }

  /** True when a request without a challenge can only be refused, so that a small one should go first. */
  get needsChallenge(): boolean {
    return this.#settings.kind === 'digest' && this.#challenge === undefined;
  }

  headers(method: string, url: URL): Readonly<Record<string, string>> {
    const { user, password, kind } = this.#settings;
    if (user === undefined) return {};
    if (this.#challenge !== undefined) {
      this.#useCount += 1;
      const uri = url.pathname + url.search;
      const login = { user, password, method, uri, useCount: this.#useCount };
      return { authorization: answerDigest(this.#challenge, login) };
    }
    if (kind === 'digest') return {};
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` };
  }

  /** Looks whether a 401 brings a challenge that was not tried yet, so that the same request is worth sending again. */
  learn(response: HttpResponse): boolean {
    if (this.#settings.user === undefined) return false;
    const header = headerOf(response, 'www-authenticate') ?? '';
    const challenge = parseDigestChallenge(header);
    if (challenge === undefined) return false;
    const isNew = this.#challenge === undefined || /\bstale\s*=\s*"?true/i.test(header);
    this.#challenge = challenge;
    this.#useCount = 0;
    return isNew;
  }
}
