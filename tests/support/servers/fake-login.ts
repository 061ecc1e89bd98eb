import type { FakeAnswer, FakeRequest } from './fake-service.ts';

export const AUTHID = 'googledrive:0123456789abcdef';
/** What the login service gives for it. */
export const BETTER_AUTHID = `v2:${AUTHID}`;
export const CLIENT_ID = 'own-application';
export const CLIENT_SECRET = 'own-secret';
export const REFRESH_TOKEN = 'own-refresh-token';

/** The login of a provider: tokens by an authid at `/login/refresh`, and by a refresh token at `/login/token`. */
export class FakeLogin {
  #count = 0;
  /** True for clients that can be told to go without a login, and with no other. */
  isOpen = false;
  readonly #tokens = new Set<string>();

  /** How many tokens were given out. */
  get tokenCount(): number {
    return this.#count;
  }

  /** No token that was given out is accepted any more. */
  expire(): void {
    this.#tokens.clear();
  }

  /** Answers requests of the login, and those that lack a good token; `undefined` means that a request may pass. */
  answer(request: FakeRequest): FakeAnswer | undefined {
    if (request.url.pathname === '/login/refresh') return this.#refresh(request);
    if (request.url.pathname === '/login/token') return this.#grant(request);
    if (this.isOpen) return undefined;
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme === 'Bearer' && this.#tokens.has(token)) return undefined;
    return { status: 401, body: { error: { message: 'invalid token' } } };
  }

  #refresh({ headers }: FakeRequest): FakeAnswer {
    const authid = headers['x-authid'];
    if (authid !== AUTHID && authid !== BETTER_AUTHID)
      return { status: 404, headers: { 'x-reason': 'No such key' } };
    return { status: 200, body: { access_token: this.#next(), expires: 3600, v2_authid: BETTER_AUTHID } };
  }

  #grant({ body, method }: FakeRequest): FakeAnswer {
    const form = new URLSearchParams(String(body));
    const isRight =
      method === 'POST' &&
      form.get('grant_type') === 'refresh_token' &&
      form.get('refresh_token') === REFRESH_TOKEN &&
      form.get('client_id') === CLIENT_ID &&
      form.get('client_secret') === CLIENT_SECRET;
    if (!isRight) return { status: 400, body: { error: 'invalid_grant', error_description: 'revoked' } };
    return { status: 200, body: { access_token: this.#next(), expires_in: 3600, token_type: 'Bearer' } };
  }

  #next(): string {
    this.#count += 1;
    const token = `token-${this.#count}`;
    this.#tokens.add(token);
    return token;
  }
}
