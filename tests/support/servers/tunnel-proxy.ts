import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listenLocally } from './listen-locally.ts';

/** A proxy for TLS, as companies have them, with a login. */
export interface TunnelProxy {
  /** With user and password. */
  readonly url: string;
  readonly port: number;
  /** The hosts with their ports that were asked for, in their order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const LOGIN = 'proxy-user:proxy-password';

/** Starts one that leads every host, whatever its name, to this machine. */
export async function startTunnelProxy(): Promise<TunnelProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connect', (request: IncomingMessage, near: Duplex) => {
    const { url = '', headers } = request;
    if (headers['proxy-authorization'] !== `Basic ${Buffer.from(LOGIN).toString('base64')}`) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
      return;
    }
    asked.push(url);
    const far: Socket = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {
        far.destroy();
        near.destroy();
      });
    }
  });
  const port = await listenLocally(server);
  return {
    url: `http://${LOGIN}@127.0.0.1:${port}`,
    port,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
