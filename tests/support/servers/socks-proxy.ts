import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenLocally } from './listen-locally.ts';

/** What a proxy was asked for. */
export interface SocksRequest {
  readonly version: 4 | 5;
  readonly host: string;
  readonly port: number;
  /** How the host was told. */
  readonly as: 'name' | 'ipv4' | 'ipv6';
}

/**
 * - `refuse`: the answer has this code.
 * - `silent`: takes the connection, and never says anything.
 * - `half`: sends this many bytes of its answers, and ends the connection.
 * - `babble`: answers in another protocol.
 */
export type SocksFault =
  | { readonly kind: 'refuse'; readonly code: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'half'; readonly bytes: number }
  | { readonly kind: 'babble' };

/** A proxy of SOCKS 4, 4a and 5 that tells what went through it. */
export interface SocksServer {
  readonly port: number;
  readonly asked: readonly SocksRequest[];
  /** What has passed to the servers and from them. */
  readonly passedBytes: number;
  /** Connections that are open to it. */
  readonly openConnections: number;
  fault: SocksFault | undefined;
  stop(): Promise<void>;
}

export interface SocksLogin {
  readonly user: string;
  readonly password: string;
}

export interface SocksManners {
  /** Who may use it; anybody when absent. */
  readonly login?: SocksLogin | undefined;
  /** Where every name leads; 127.0.0.1 when absent. */
  readonly namesLeadTo?: string | undefined;
}

export async function startSocksProxy(manners: SocksManners = {}): Promise<SocksServer> {
  const proxy = new Socks(manners);
  await proxy.listen();
  return proxy;
}

class Socks implements SocksServer {
  readonly #server: Server = createServer(
    { allowHalfOpen: true },
    (near) => void this.#serve(near).catch(() => near.end()),
  );
  readonly #login: SocksLogin | undefined;
  readonly #namesLeadTo: string;
  readonly #sockets = new Set<Socket>();
  readonly asked: SocksRequest[] = [];
  passedBytes = 0;
  openConnections = 0;
  port = 0;
  fault: SocksFault | undefined;

  constructor({ login, namesLeadTo = '127.0.0.1' }: SocksManners) {
    this.#login = login;
    this.#namesLeadTo = namesLeadTo;
  }

  async listen(): Promise<void> {
    this.port = await listenLocally(this.#server);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(near: Socket): Promise<void> {
    this.#keep(near);
    this.openConnections++;
    near.on('close', () => this.openConnections--);
    const { fault } = this;
    let leftBytes = fault?.kind === 'half' ? fault.bytes : Number.POSITIVE_INFINITY;
    const answer = (...bytes: readonly number[]): void => {
      const sent = Buffer.from(bytes).subarray(0, leftBytes);
      leftBytes -= sent.length;
      near.write(sent);
      if (sent.length < bytes.length) near.end();
    };
    if (fault?.kind === 'silent') return void near.resume().on('end', () => near.destroy());
    if (fault?.kind === 'babble') return void near.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    const read = reader(near);
    const [version = 0] = await read(1);
    const request = version === 4 ? await readSocks4(read) : await this.#readSocks5(read, answer);
    this.asked.push(request);
    const reply = version === 4 ? [0, 0x5a, 0, 0, 0, 0, 0, 0] : [5, 0, 0, 1, 127, 0, 0, 1, 0, 0];
    if (fault?.kind === 'refuse') {
      reply[1] = fault.code;
      answer(...reply);
      near.end();
    } else await this.#join(near, request, () => answer(...reply));
  }

  /** The greeting, the login if there is to be one, and the request. (RFC 1928, RFC 1929) */
  async #readSocks5(read: Read, answer: (...bytes: readonly number[]) => void): Promise<SocksRequest> {
    const [count = 0] = await read(1);
    const methods = await read(count);
    const wanted = this.#login === undefined ? 0 : 2;
    if (!methods.includes(wanted)) {
      answer(5, 0xff);
      throw new Error('no method in common');
    }
    answer(5, wanted);
    if (this.#login !== undefined) await logIn(this.#login, read, answer);
    const [, , , type = 0] = await read(4);
    if (type === 1)
      return { version: 5, as: 'ipv4', host: (await read(4)).join('.'), port: await readPort(read) };
    if (type === 4)
      return { version: 5, as: 'ipv6', host: (await read(16)).toString('hex'), port: await readPort(read) };
    const [length = 0] = await read(1);
    return { version: 5, as: 'name', host: String(await read(length)), port: await readPort(read) };
  }

  async #join(near: Socket, { port, host, as }: SocksRequest, answer: () => void): Promise<void> {
    const far = connect({ port, host: as === 'ipv4' ? host : this.#namesLeadTo, allowHalfOpen: true });
    this.#keep(far);
    near.on('close', () => far.destroySoon());
    far.on('close', () => near.destroySoon());
    await once(far, 'connect');
    answer();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => (this.passedBytes += bytes.length));
      from.pipe(to);
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

type Read = (sizeBytes: number) => Promise<Buffer>;

/** The client speaks no further before it has its answer, so nothing is left over. */
function reader(socket: Socket): Read {
  let received = Buffer.alloc(0);
  return async (sizeBytes) => {
    while (received.length < sizeBytes) {
      const piece: Buffer | null = socket.read();
      if (piece !== null) received = Buffer.concat([received, piece]);
      else if (socket.destroyed) throw new Error('the client went away');
      else await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    }
    const bytes = received.subarray(0, sizeBytes);
    received = received.subarray(sizeBytes);
    return bytes;
  };
}

async function readPort(read: Read): Promise<number> {
  return (await read(2)).readUInt16BE();
}

async function logIn(
  login: SocksLogin,
  read: Read,
  answer: (...bytes: readonly number[]) => void,
): Promise<void> {
  const [, nameLength = 0] = await read(2);
  const user = String(await read(nameLength));
  const [length = 0] = await read(1);
  const password = String(await read(length));
  const isRight = user === login.user && password === login.password;
  answer(1, isRight ? 0 : 1);
  if (!isRight) throw new Error('wrong login');
}

async function readSocks4(read: Read): Promise<SocksRequest> {
  await read(1);
  const port = await readPort(read);
  const address = await read(4);
  await readText(read);
  const isName = address[0] === 0 && address[1] === 0 && address[2] === 0 && address[3] !== 0;
  if (isName) return { version: 4, as: 'name', host: await readText(read), port };
  return { version: 4, as: 'ipv4', host: address.join('.'), port };
}

/** Up to the zero byte that ends it. */
async function readText(read: Read): Promise<string> {
  const bytes: number[] = [];
  for (;;) {
    const [byte = 0] = await read(1);
    if (byte === 0) return Buffer.from(bytes).toString();
    bytes.push(byte);
  }
}
