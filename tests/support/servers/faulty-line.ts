import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { listenLocally } from './listen-locally.ts';

/** What a line does to one connection. */
export type LineFault =
  /** Ends the connection, in order or not, once so many bytes have passed in either direction. */
  | { readonly kind: 'cut' | 'reset'; readonly afterBytes: number }
  /** Goes quiet then, and stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  /** Passes everything on, a little at a time. */
  | { readonly kind: 'slow'; readonly pieceBytes: number; readonly pauseMs: number };

export interface FaultyLine {
  readonly port: number;
  /** Resolves when a connection is broken or goes quiet for the first time. */
  readonly broken: Promise<void>;
  stop(): Promise<void>;
}

export interface LineEnds {
  readonly targetPort: number;
  /** 127.0.0.1 when absent. */
  readonly targetHost?: string | undefined;
  /** Where the line begins; any free port when absent. */
  readonly port?: number;
}

/** A line to a server that is not looked into. It asks for each connection what is to go wrong with it. */
export async function startFaultyLine(
  { targetPort, targetHost = '127.0.0.1', port = 0 }: LineEnds,
  plan: () => LineFault | undefined,
): Promise<FaultyLine> {
  const sockets = new Set<Socket>();
  const { promise: broken, resolve: onBreak } = Promise.withResolvers<void>();
  const server = createServer((near) => {
    const far = connect(targetPort, targetHost);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    join({ near, far, onBreak }, plan());
  });
  return { port: await listenLocally(server, port), broken, stop: () => stop(server, sockets) };
}

interface Connection {
  readonly near: Socket;
  readonly far: Socket;
  readonly onBreak: () => void;
}

function join(connection: Connection, fault: LineFault | undefined): void {
  const { near, far } = connection;
  let passedBytes = 0;
  const pass = async (from: Socket, to: Socket): Promise<void> => {
    try {
      for await (const piece of from) {
        passedBytes += piece.length;
        if (isOver(fault, passedBytes)) return await breakLine(connection, fault);
        if (fault?.kind === 'slow') await trickle(piece, to, fault);
        else await send(to, piece);
      }
      to.end();
    } catch {
      to.destroy();
    }
  };
  for (const socket of [near, far]) socket.on('error', () => {});
  void pass(near, far);
  void pass(far, near);
}

type Break = Exclude<LineFault, { readonly kind: 'slow' }>;

function isOver(fault: LineFault | undefined, passedBytes: number): fault is Break {
  return fault !== undefined && fault.kind !== 'slow' && passedBytes > fault.afterBytes;
}

/** Does not return from a line that stays open: whoever left the loop over a socket would end it. */
async function breakLine({ near, far, onBreak }: Connection, fault: Break): Promise<void> {
  onBreak();
  if (fault.kind === 'stall') return new Promise(() => {});
  if (fault.kind === 'reset') near.resetAndDestroy();
  else near.end();
  far.destroy();
}

async function trickle(
  piece: Buffer,
  to: Socket,
  { pieceBytes, pauseMs }: Extract<LineFault, { readonly kind: 'slow' }>,
): Promise<void> {
  for (let at = 0; at < piece.length; at += pieceBytes) {
    await delay(pauseMs);
    await send(to, piece.subarray(at, at + pieceBytes));
  }
}

async function send(to: Socket, bytes: Buffer): Promise<void> {
  if (to.destroyed) throw new Error('gone');
  if (!to.write(bytes)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
}
