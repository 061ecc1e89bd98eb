import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { TestCertificate } from './certificate.ts';
import { listenLocally } from './listen-locally.ts';
import type { Door } from './places/place.ts';

/** A door with TLS to a server of this machine that speaks without. */
export interface SecureDoor extends Door {
  stop(): Promise<void>;
}

export async function startSecureDoor(targetPort: number, certificate: TestCertificate): Promise<SecureDoor> {
  const sockets = new Set<TLSSocket>();
  const [cert, key] = [readFileSync(certificate.certificatePath), readFileSync(certificate.keyPath)];
  const server = createServer({ cert, key }, (near) => {
    const far = connect(targetPort, '127.0.0.1');
    sockets.add(near);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        far.destroy();
        near.destroy();
      });
    }
  });
  server.on('tlsClientError', () => {});
  const port = await listenLocally(server);
  return {
    port,
    hasTls: true,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
