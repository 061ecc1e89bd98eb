import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { listenLocally } from './listen-locally.ts';

export interface ForwardProxy {
  readonly url: string;
  /** The hosts that were asked for, in their order. */
  readonly hosts: readonly string[];
  stop(): Promise<void>;
}

/**
 * A proxy that sends every request, whatever host it is for, to one port of this machine: for servers that
 * answer to many names.
 */
export async function startForwardProxy(port: number): Promise<ForwardProxy> {
  const hosts: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/');
    hosts.push(url.hostname);
    const { method, headers } = incoming;
    const path = url.pathname + url.search;
    // A connection each: one that is kept may be closed by the server when it is used again.
    const onward = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    // Some servers send a body where there is none, after an answer that is complete.
    onward.on('error', () => void (outgoing.headersSent || outgoing.destroy()));
    incoming.on('aborted', () => onward.destroy());
    incoming.pipe(onward);
  });
  const ownPort = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${ownPort}`,
    hosts,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
