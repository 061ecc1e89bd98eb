import type { Socket } from 'node:net';
import {
  chooseProxy,
  connectBySocks,
  isSocks,
  type SocksPatience,
  type SocksProxy,
} from '../../base/proxies/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import { networkFailure } from './http/network-failure.ts';
import { readLineProxies, unusableProxy } from './http/proxies.ts';

/** A server that does not speak HTTP. */
export interface LineServer {
  readonly host: string;
  readonly port: number;
}

/**
 * The proxy on the way to such a server; `undefined`: none. Throws `destination-refused` for one that cannot
 * be used, as every one that does not speak SOCKS.
 */
export function readLineProxy(
  settings: ProgramSettings,
  { host, port, protocol }: LineServer & { readonly protocol: 'SFTP' | 'FTP' | 'SMB' },
): SocksProxy | undefined {
  const proxy = chooseProxy(readLineProxies(settings), { protocol, hostname: host, port });
  if (proxy === undefined || isSocks(proxy)) return proxy;
  throw unusableProxy(
    `${protocol} goes only through those that speak SOCKS, and ${proxy.host} speaks HTTP`,
    `The form of --all-proxy and ALL_PROXY is socks5h://user:password@host:port; --no-proxy=${host} goes without a proxy.`,
  );
}

/** A connection through the proxy. Throws `destination-unreachable`, `destination-refused` or the signal's reason. */
export async function connectLine(
  proxy: SocksProxy,
  { host, port }: LineServer,
  patience: SocksPatience,
): Promise<Socket> {
  try {
    return await connectBySocks(proxy, { hostname: host, port }, patience);
  } catch (error) {
    throw networkFailure(error, host);
  }
}
