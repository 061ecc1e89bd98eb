import type { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { chooseProxyFor, type Proxies, type ProxyAddress } from '../../../base/proxies/index.ts';
import { openAgentThrough } from '../../../base/proxy-agents/index.ts';
import { LongReadAgent } from './long-reads.ts';
import { connectionOptions, type TlsSettings } from './tls-settings.ts';

/** The way to a host, and the connections on it. */
export interface Way {
  readonly agent: Agent;
  /** The proxy that it leads through. */
  readonly proxy: ProxyAddress | undefined;
}

export interface WaySettings {
  readonly proxies: Proxies;
  readonly tls: TlsSettings;
  /** How long the way through a proxy may take; 0 is no limit. */
  readonly limitMs: number;
}

/** Connections that are kept: straight ones and those through proxies, with and without TLS. */
export class Agents implements Disposable {
  readonly #settings: WaySettings;
  readonly #opened = new Map<string, Agent>();

  constructor(settings: WaySettings) {
    this.#settings = settings;
  }

  wayTo(url: URL): Way {
    const proxy = chooseProxyFor(this.#settings.proxies, url);
    const key = `${url.protocol} ${proxy === undefined ? 'straight' : 'proxied'}`;
    const agent = this.#opened.get(key) ?? this.#open(url.protocol === 'https:', proxy);
    this.#opened.set(key, agent);
    return { agent, proxy };
  }

  [Symbol.dispose](): void {
    for (const agent of this.#opened.values()) agent.destroy();
  }

  #open(isSecure: boolean, proxy: ProxyAddress | undefined): Agent {
    const { tls, limitMs } = this.#settings;
    const options = { keepAlive: true, ...(isSecure ? connectionOptions(tls) : {}) };
    if (proxy !== undefined) return openAgentThrough(proxy, { isSecure, options, limitMs });
    return isSecure ? new SecureAgent(options) : new LongReadAgent(options);
  }
}
