/** The ways through proxies: which of them leads to a host, and connections through those that speak SOCKS. */
export * from './choose-proxy.ts';
export * from './connect-by-socks.ts';
export * from './proxy-address.ts';
export * from './proxy-error.ts';
