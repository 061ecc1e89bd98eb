import { ProxyError } from './proxy-error.ts';

/**
 * The kinds of SOCKS: with an `h` or an `a` the proxy is told names of hosts and looks them up itself; the
 * others are told addresses.
 */
export type SocksScheme = 'socks4' | 'socks4a' | 'socks5' | 'socks5h';

interface Address {
  readonly hostname: string;
  readonly port: number;
  /** `hostname:port`, for messages. */
  readonly host: string;
}

/** A proxy that takes requests of HTTP, and makes tunnels for those with TLS. */
export interface HttpProxy extends Address {
  readonly scheme: 'http' | 'https';
  /** The address with user and password: a secret. */
  readonly href: string;
}

export interface SocksProxy extends Address {
  readonly scheme: SocksScheme;
  readonly user: string;
  readonly password: string;
}

export type ProxyAddress = HttpProxy | SocksProxy;

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  socks4: 1080,
  socks4a: 1080,
  socks5: 1080,
  socks5h: 1080,
};
/** A byte tells the length of each. (RFC 1929) */
const LONGEST_LOGIN_BYTES = 255;

/**
 * Reads `scheme://user:password@host:port`. Without a scheme, which many leave out, it is an HTTP proxy.
 * Throws `ProxyError`.
 */
export function parseProxyAddress(text: string): ProxyAddress {
  const written = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const scheme = url?.protocol.slice(0, -1) ?? '';
  if (url === undefined || url.hostname === '') throw new ProxyError('invalid', 'its address cannot be read');
  const defaultPort = DEFAULT_PORTS[scheme];
  if (defaultPort === undefined) {
    const known = Object.keys(DEFAULT_PORTS).map((name) => `${name}://`);
    throw new ProxyError(
      'invalid',
      `${scheme}:// is no kind that is known here, which ${known.join(', ')} are`,
    );
  }
  const port = url.port === '' ? defaultPort : Number(url.port);
  const address = { hostname: url.hostname.replace(/^\[|\]$/g, ''), port, host: `${url.hostname}:${port}` };
  if (isSocksScheme(scheme)) return { ...address, scheme, ...readLogin(url, scheme) };
  return { ...address, scheme: scheme === 'https' ? 'https' : 'http', href: written };
}

export function isSocks(proxy: ProxyAddress): proxy is SocksProxy {
  return isSocksScheme(proxy.scheme);
}

function isSocksScheme(scheme: string): scheme is SocksScheme {
  return scheme.startsWith('socks');
}

function readLogin(url: URL, scheme: SocksScheme): { readonly user: string; readonly password: string } {
  const user = decode(url.username);
  const password = decode(url.password);
  if (scheme.startsWith('socks4') && password !== '')
    throw new ProxyError('invalid', `${scheme}:// knows users, but no passwords`);
  if ([user, password].some((part) => Buffer.byteLength(part) > LONGEST_LOGIN_BYTES || part.includes('\0')))
    throw new ProxyError('invalid', 'SOCKS can send no such user or password');
  return { user, password };
}

/** A percent sign that nobody encoded stays one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
