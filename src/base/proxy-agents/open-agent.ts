import { type ClientRequestArgs, Agent as PlainAgent, type AgentOptions as PlainOptions } from 'node:http';
import { Agent as SecureAgent, type AgentOptions as SecureOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectBySocks, isSocks, type ProxyAddress, type SocksProxy } from '../proxies/index.ts';

export interface AgentSettings {
  /** Whether it speaks TLS with its hosts. */
  readonly isSecure: boolean;
  readonly options: SecureOptions;
  /** How long the way through the proxy may take; 0 is no limit. */
  readonly limitMs: number;
}

/** HTTP through a proxy, of whatever kind. */
export function openAgentThrough(
  proxy: ProxyAddress,
  { isSecure, options, limitMs }: AgentSettings,
): PlainAgent {
  if (isSocks(proxy)) {
    const way = { proxy, limitMs };
    return isSecure ? new SecureSocksAgent(way, options) : new SocksAgent(way, options);
  }
  const proxyEnv = { http_proxy: proxy.href, https_proxy: proxy.href };
  // Nothing else would end a tunnel that a proxy never opens; it also ends connections that are idle for so long.
  const limited = { ...options, proxyEnv, ...(limitMs > 0 ? { timeout: limitMs } : {}) };
  return isSecure ? new SecureAgent(limited) : new PlainAgent(limited);
}

interface SocksWay {
  readonly proxy: SocksProxy;
  readonly limitMs: number;
}

type Created = ((error: Error | null, stream: Duplex) => void) | undefined;

/** Connections of one agent, of which none is begun or finished once it is closed. */
class SocksLines {
  readonly #way: SocksWay;
  readonly #closing = new AbortController();

  constructor(way: SocksWay) {
    this.#way = way;
  }

  /** Tells `created` of the connection, or of what kept it from being. */
  open(options: ClientRequestArgs, created: Created, finish: (socket: Socket) => Duplex): void {
    const { proxy, limitMs } = this.#way;
    const target = { hostname: plainHost(options.host ?? ''), port: Number(options.port) };
    connectBySocks(proxy, target, { limitMs, signal: this.#closing.signal })
      .then(finish)
      // Where there is an error, nobody looks at the stream.
      .then(
        (stream) => created?.(null, stream),
        (error: Error) => created?.(error, undefined as never),
      );
  }

  close(): void {
    this.#closing.abort();
  }
}

class SocksAgent extends PlainAgent {
  readonly #lines: SocksLines;

  constructor(way: SocksWay, options: PlainOptions) {
    super(options);
    this.#lines = new SocksLines(way);
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    this.#lines.open(options, created, (socket) => socket);
  }

  override destroy(): void {
    this.#lines.close();
    super.destroy();
  }
}

class SecureSocksAgent extends SecureAgent {
  readonly #lines: SocksLines;

  constructor(way: SocksWay, options: SecureOptions) {
    super(options);
    this.#lines = new SocksLines(way);
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    this.#lines.open(options, created, (socket) => {
      const secured = super.createConnection({ ...options, socket } as ClientRequestArgs);
      return secured ?? socket;
    });
  }

  override destroy(): void {
    this.#lines.close();
    super.destroy();
  }
}

function plainHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
