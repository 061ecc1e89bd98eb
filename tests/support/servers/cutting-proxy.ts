import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenLocally } from './listen-locally.ts';

/** A way to a server on this machine that can be cut, or go quiet. */
export interface CuttingProxy {
  readonly port: number;
  /** How many connections there were at once, at most. */
  readonly mostConnections: number;
  /** Cuts every connection once so many bytes have passed on it, in either direction, from now on. */
  cutAfter(bytes: number): void;
  /**
   * Keeps all connections, takes new ones, and swallows whatever is sent on them, and that they end. Resolves
   * when the near side has said something, or connected.
   */
  freeze(): Promise<void>;
  /** Lets everything pass again. What was swallowed stays lost. */
  heal(): void;
  stop(): Promise<void>;
}

export interface ProxyEnds {
  /** The server's address; 127.0.0.1 when absent. */
  readonly targetHost?: string | undefined;
  /** Where the way begins; any free port when absent. */
  readonly port?: number;
}

export async function startCuttingProxy(targetPort: number, ends: ProxyEnds = {}): Promise<CuttingProxy> {
  const line = new Line(targetPort, ends.targetHost ?? '127.0.0.1');
  await line.listen(ends.port ?? 0);
  return line;
}

class Line implements CuttingProxy {
  readonly #target: { readonly port: number; readonly host: string };
  readonly #server: Server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  /** Of the near side, until that ends them. */
  readonly #used = new Set<Socket>();
  #limitBytes = Number.POSITIVE_INFINITY;
  #heard: PromiseWithResolvers<void> | undefined;
  port = 0;
  mostConnections = 0;

  constructor(port: number, host: string) {
    this.#target = { port, host };
  }

  async listen(port: number): Promise<void> {
    this.port = await listenLocally(this.#server, port);
  }

  cutAfter(bytes: number): void {
    this.#limitBytes = bytes;
  }

  freeze(): Promise<void> {
    this.#heard = Promise.withResolvers();
    return this.#heard.promise;
  }

  heal(): void {
    this.#limitBytes = Number.POSITIVE_INFINITY;
    this.#heard = undefined;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.#target.port, this.#target.host);
    const passed = { bytes: 0 };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        if (from === near || this.#heard === undefined) to.destroy();
      });
      from.on('data', (bytes) => {
        if (this.#heard !== undefined) {
          if (from === near) this.#heard.resolve();
          return;
        }
        passed.bytes += bytes.length;
        if (passed.bytes > this.#limitBytes) from.resetAndDestroy();
        else if (!to.write(bytes)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      from.on('end', () => void (this.#heard ?? to.end()));
    }
    // The near side of some protocols waits for the far one to speak first.
    this.#heard?.resolve();
    this.#used.add(near);
    for (const event of ['end', 'close']) near.on(event, () => this.#used.delete(near));
    this.mostConnections = Math.max(this.mostConnections, this.#used.size);
  }
}
