import { BlockList, isIP } from 'node:net';
import { type ProxyAddress, parseProxyAddress } from './proxy-address.ts';

/** The proxies that the user named. */
export interface Proxies {
  /** For HTTP without TLS. */
  readonly http?: ProxyAddress | undefined;
  /** For HTTP with TLS. */
  readonly https?: ProxyAddress | undefined;
  /** For everything else, and for HTTP where that has none of its own. */
  readonly all?: ProxyAddress | undefined;
  /** Hosts that are reached without a proxy, separated by commas or spaces. */
  readonly exceptions?: string | undefined;
}

/** The same as the user wrote them; an empty text is no proxy. */
export type WrittenProxies = Readonly<Partial<Record<keyof Proxies, string | undefined>>>;

/** Throws `ProxyError` for a proxy that cannot be used. */
export function parseProxies({ http, https, all, exceptions }: WrittenProxies): Proxies {
  const parse = (text = ''): ProxyAddress | undefined => (text === '' ? undefined : parseProxyAddress(text));
  return { http: parse(http), https: parse(https), all: parse(all), exceptions };
}

export interface ProxyTarget {
  /** `http:` and `https:` have proxies of their own. */
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
}

/** The proxy on the way to a host; `undefined`: none. */
export function chooseProxy(proxies: Proxies, target: ProxyTarget): ProxyAddress | undefined {
  const own: Readonly<Record<string, ProxyAddress | undefined>> = {
    'http:': proxies.http,
    'https:': proxies.https,
  };
  const proxy = own[target.protocol] ?? proxies.all;
  if (proxy === undefined || isExcepted(target, proxies.exceptions ?? '')) return undefined;
  return proxy;
}

/** The same for what a URL of HTTP leads to. */
export function chooseProxyFor(
  proxies: Proxies,
  { protocol, hostname, port }: URL,
): ProxyAddress | undefined {
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return chooseProxy(proxies, { protocol, hostname, port: Number(port || defaultPort) });
}

/**
 * Whether one of the exceptions holds for the host: `*` for all, a host or domain with everything below it, an
 * address, a range of addresses as `10.0.0.0/8`, or any of them but the last one with a port.
 */
export function isExcepted({ hostname, port }: Omit<ProxyTarget, 'protocol'>, exceptions: string): boolean {
  const host = plainHost(hostname);
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInRange(host, entry);
      const [, name = '', wantedPort] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (wantedPort !== undefined && Number(wantedPort) !== port) return false;
      return isBelow(host, plainHost(name));
    });
}

function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

function isBelow(host: string, entry: string): boolean {
  const domain = entry.replace(/^\*?\./, '');
  return host === domain || (domain !== '' && isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function isInRange(host: string, entry: string): boolean {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(host);
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(prefix)) return false;
  const bits = Number(prefix);
  if (bits > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  range.addSubnet(network, bits, type);
  return range.check(host, type);
}
