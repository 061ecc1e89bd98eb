import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listenLocally } from './listen-locally.ts';

/** What an FTP server says that ends a connection on which nothing was asked for a while. */
const LEAVE = '421 Timeout.\r\n';

/** A line to an FTP server's control port that sees the server take leave, or takes it in the server's place. */
export interface LeavingLine {
  readonly port: number;
  /** How many connections were made by now. */
  readonly connections: number;
  /** Ends all connections: at once, or each when it is asked for something, as vsftpd does. */
  takeLeave(when: 'at once' | 'when asked'): Promise<void>;
  /** Resolves when the server itself has ended all connections that there are. */
  left(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLeavingLine(targetPort: number): Promise<LeavingLine> {
  const joined = new Map<Socket, Socket>();
  let connections = 0;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    connections += 1;
    joined.set(near, far);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        joined.delete(near);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const leave = async (near: Socket, when: 'at once' | 'when asked'): Promise<void> => {
    const far = joined.get(near);
    near.unpipe();
    far?.unpipe();
    near.resume();
    if (when === 'at once') {
      near.end(LEAVE);
      await once(near, 'close');
    } else near.once('data', () => near.end(LEAVE));
  };
  return {
    port: await listenLocally(server),
    get connections() {
      return connections;
    },
    takeLeave: async (when) => {
      await Promise.all([...joined.keys()].map((near) => leave(near, when)));
    },
    left: async () => {
      await Promise.all([...joined.keys()].map((near) => once(near, 'close')));
    },
    stop: async () => {
      for (const near of joined.keys()) near.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
