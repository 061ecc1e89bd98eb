import { isIPv4, isIPv6 } from 'node:net';
import type { SocksProxy } from './proxy-address.ts';

/** The connection to the proxy while it still speaks SOCKS. */
export interface SocksLine {
  send(bytes: Uint8Array): void;
  /** Exactly so many bytes. */
  receive(sizeBytes: number): Promise<Buffer>;
}

/** What went wrong at the proxy; the message is what is to be said of it, as `does not allow it`. */
export class SocksFailure extends Error {
  readonly kind: 'unreachable' | 'refused';

  constructor(kind: SocksFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Where the proxy is to connect to: a name, or an address of version 4 or 6. */
export interface SocksTarget {
  readonly hostname: string;
  readonly port: number;
}

const CONNECT = 1;
const VERSION_4 = 4;
const VERSION_5 = 5;
const GRANTED_4 = 0x5a;
const NO_LOGIN = 0;
const LOGIN = 2;
const LOGIN_VERSION = 1;
const TYPES = { ipv4: 1, name: 3, ipv6: 4 } as const;
const LONGEST_NAME_BYTES = 255;

/** What a proxy's reply means. (RFC 1928, section 6) */
const REPLIES: Readonly<Record<number, readonly ['unreachable' | 'refused', string]>> = {
  1: ['unreachable', 'failed'],
  2: ['refused', 'does not allow it'],
  3: ['unreachable', 'finds no network that leads there'],
  4: ['unreachable', 'does not find that host'],
  5: ['unreachable', 'says that nothing listens there'],
  6: ['unreachable', 'gets no answer from there'],
  7: ['refused', 'makes no such connections'],
  8: ['refused', 'does not know this kind of address'],
};

/** Asks a proxy of version 5 for a connection. Throws `SocksFailure`. (RFC 1928, RFC 1929) */
export async function askSocks5(line: SocksLine, proxy: SocksProxy, target: SocksTarget): Promise<void> {
  const hasLogin = proxy.user !== '' || proxy.password !== '';
  const methods = hasLogin ? [NO_LOGIN, LOGIN] : [NO_LOGIN];
  line.send(Buffer.from([VERSION_5, methods.length, ...methods]));
  const [version, method = 0] = await line.receive(2);
  if (version !== VERSION_5) throw foreign(VERSION_5);
  if (method === LOGIN && hasLogin) await logIn(line, proxy);
  else if (method !== NO_LOGIN) throw loginWanted(hasLogin);
  line.send(Buffer.from([VERSION_5, CONNECT, 0, ...encodeHost(target.hostname), ...encodePort(target.port)]));
  const [replyVersion, reply = 0, , type] = await line.receive(4);
  if (replyVersion !== VERSION_5) throw foreign(VERSION_5);
  if (reply !== 0) {
    const [kind, meaning] = REPLIES[reply] ?? ['unreachable', `answered with the unknown code ${reply}`];
    throw new SocksFailure(kind, meaning);
  }
  await skipAddress(line, type);
}

/** Asks a proxy of version 4 for a connection; a name makes it version 4a. Throws `SocksFailure`. */
export async function askSocks4(line: SocksLine, proxy: SocksProxy, target: SocksTarget): Promise<void> {
  const { hostname, port } = target;
  if (isIPv6(hostname)) throw new SocksFailure('refused', 'speaks SOCKS 4, which knows no addresses of IPv6');
  // An address that cannot be stands for the name at the end.
  const address = isIPv4(hostname) ? hostname.split('.').map(Number) : [0, 0, 0, 1];
  const name = isIPv4(hostname) ? '' : `${hostname}\0`;
  line.send(
    Buffer.concat([
      Buffer.from([VERSION_4, CONNECT, ...encodePort(port), ...address]),
      Buffer.from(`${proxy.user}\0${name}`),
    ]),
  );
  const [version, reply] = await line.receive(8);
  if (version !== 0) throw foreign(VERSION_4);
  if (reply !== GRANTED_4) throw new SocksFailure('unreachable', `refused or failed, with the code ${reply}`);
}

async function logIn(line: SocksLine, { user, password }: SocksProxy): Promise<void> {
  const [name, secret] = [Buffer.from(user), Buffer.from(password)];
  line.send(Buffer.from([LOGIN_VERSION, name.length, ...name, secret.length, ...secret]));
  const [, status] = await line.receive(2);
  if (status !== 0) throw new SocksFailure('refused', 'does not accept its user and password');
}

function loginWanted(hasLogin: boolean): SocksFailure {
  return new SocksFailure(
    'refused',
    hasLogin ? 'takes no login by user and password' : 'wants a user and a password',
  );
}

function foreign(version: number): SocksFailure {
  return new SocksFailure('refused', `does not speak SOCKS ${version}`);
}

function encodeHost(host: string): readonly number[] {
  if (isIPv4(host)) return [TYPES.ipv4, ...host.split('.').map(Number)];
  if (isIPv6(host)) return [TYPES.ipv6, ...encodeIPv6(host)];
  const name = Buffer.from(host);
  if (name.length > LONGEST_NAME_BYTES)
    throw new SocksFailure('refused', 'takes no names of hosts as long as this one');
  return [TYPES.name, name.length, ...name];
}

function encodeIPv6(address: string): readonly number[] {
  // A URL writes every address in groups of hexadecimal digits, those that end like version 4 too.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = plain
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.flatMap((group) => encodePort(Number.parseInt(group, 16)));
}

function encodePort(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

/** The address that the proxy connects from, which is of no use here. */
async function skipAddress(line: SocksLine, type: number | undefined): Promise<void> {
  const nameBytes = type === TYPES.name ? ((await line.receive(1))[0] ?? 0) : 0;
  const lengths: ReadonlyMap<number | undefined, number> = new Map([
    [TYPES.ipv4, 4],
    [TYPES.ipv6, 16],
    [TYPES.name, nameBytes],
  ]);
  const length = lengths.get(type);
  if (length === undefined) throw foreign(VERSION_5);
  await line.receive(length + 2);
}
