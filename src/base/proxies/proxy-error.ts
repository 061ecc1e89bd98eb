/**
 * - `invalid`: no proxy can be used by what the user wrote.
 * - `unreachable`: the proxy, or the host behind it, cannot be reached just now.
 * - `refused`: the proxy does not let this user through, or cannot do what it was asked for.
 */
export type ProxyErrorKind = 'invalid' | 'unreachable' | 'refused';

/**
 * What keeps a connection from going through a proxy. The message is a phrase that fits behind a colon, and
 * never holds the proxy's user and password.
 */
export class ProxyError extends Error {
  readonly kind: ProxyErrorKind;

  constructor(kind: ProxyErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProxyError';
    this.kind = kind;
  }
}
