import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts every connection once so many bytes have passed on it, in either direction, from now on. */
  cutAfter(bytes: number): void;
  /** Lets everything pass again. */
  heal(): void;
  stop(): Promise<void>;
}

export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  let limitBytes = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    let passedBytes = 0;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        passedBytes += bytes.length;
        if (passedBytes > limitBytes) from.resetAndDestroy();
      });
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    cutAfter: (bytes) => {
      limitBytes = bytes;
    },
    heal: () => {
      limitBytes = Number.POSITIVE_INFINITY;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
