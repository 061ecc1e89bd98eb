import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { TestCertificate } from './certificate.ts';
import { listenLocally } from './listen-locally.ts';

/** A port of this machine behind which nothing is served. */
export interface ClosedDoor {
  readonly port: number;
  stop(): void;
}

/** Takes connections and never says a word. */
export function startSilentDoor(): Promise<ClosedDoor> {
  return open(createServer());
}

/** Shows a certificate, and hangs up on whoever trusts it. */
export function startShowingDoor({ certificatePath, keyPath }: TestCertificate): Promise<ClosedDoor> {
  const certificate = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
  return open(createSecureServer(certificate, (socket) => void socket.destroy()));
}

async function open(server: Server): Promise<ClosedDoor> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  const port = await listenLocally(server);
  return {
    port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
