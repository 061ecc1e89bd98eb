import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  pbkdf2Sync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

/** The proof and the key of this password are those that megajs calculates for an account of version 1. */
export const MEGA_LOGIN = { email: 'me@example.org', password: 'short' };
const FIRST_VERSION = { key: Buffer.from('5a2d5e01dbf15a0abea32e5b93dab913', 'hex'), proof: 'UD_093TlCZQ' };

const USER = 'userhandle1';
const ROOT = 'rootnode';
const TRASH = 'trashbin';
const STEP_BYTES = 128 * 1024;
const NOT_FOUND = -9;

export interface MegaNode {
  readonly h: string;
  p: string;
  readonly t: number;
  a: string;
  readonly k: string;
  readonly ts: number;
  readonly bytes?: Buffer;
}

interface Upload {
  readonly sizeBytes: number;
  readonly parts: Map<number, Buffer>;
}

/**
 * Mega's interface: commands in a list, errors as numbers, names and bytes that it cannot read, uploads cut
 * at borders of chunks.
 */
export class FakeMega {
  readonly nodes = new Map<string, MegaNode>();
  readonly #uploads = new Map<string, Upload>();
  readonly #arrived = new Map<string, Buffer>();
  readonly #sessions = new Set<string>();
  readonly #version: 1 | 2;
  /** The code of the second factor, where the account has one. */
  code: string | undefined;
  /** True: nobody logs in without some work. */
  wantsWork = false;
  /** True: bytes of files change where they lie. */
  damages = false;
  service!: FakeService;

  private constructor(version: 1 | 2) {
    this.#version = version;
  }

  static async start(version: 1 | 2 = 2): Promise<FakeMega> {
    const fake = new FakeMega(version);
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  /** No session that was begun is good any more. */
  expire(): void {
    this.#sessions.clear();
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, method, headers, body } = request;
    const [, kind, id = '', rest = ''] = url.pathname.split('/');
    if (kind === 'up' && method === 'POST') return this.#storePart(id, Number(rest), body);
    if (kind === 'down') return this.#download(id, rest);
    if (kind !== 'cs' || !/^\d+$/.test(required(url, 'id'))) return this.service.violation(url.pathname);
    if (this.wantsWork && !isWorkDone(headers['x-hashcash']))
      return { status: 402, headers: { 'x-hashcash': CHALLENGE } };
    const [command, more] = JSON.parse(String(body)) as Record<string, unknown>[];
    if (command === undefined || more !== undefined) return this.service.violation('one command at a time');
    if (command['a'] === 'us0') return answer(this.#version === 2 ? { v: 2, s: SALT } : { v: 1 });
    if (command['a'] === 'us') return this.#logIn(command);
    if (!this.#sessions.has(url.searchParams.get('sid') ?? '')) return answer(-15);
    return this.#command(command);
  }

  #logIn({ user, uh, mfa }: Record<string, unknown>): FakeAnswer {
    const { key, proof } = this.#version === 2 ? SECOND_VERSION : FIRST_VERSION;
    if (user !== MEGA_LOGIN.email || uh !== proof) return answer(NOT_FOUND);
    if (this.code !== undefined && mfa !== this.code) return answer(-26);
    const id = randomBytes(43);
    id.writeUInt8(1 + (id.readUInt8(0) % 0x7f), 0);
    this.#sessions.add(id.toString('base64url'));
    const padded = Buffer.concat([id, randomBytes(RSA_BYTES - id.length)]);
    const sealed = publicEncrypt({ key: PAIR.publicKey, padding: constants.RSA_NO_PADDING }, padded);
    return answer({
      csid: number(sealed).toString('base64url'),
      k: seal(key, MASTER_KEY).toString('base64url'),
      privk: seal(MASTER_KEY, PRIVATE_KEY).toString('base64url'),
      u: USER,
    });
  }

  #command(command: Record<string, unknown>): FakeAnswer {
    const node = this.nodes.get(String(command['n']));
    switch (command['a']) {
      case 'ug':
        return answer({ u: USER, name: 'me' });
      case 'sml':
        return answer(0);
      case 'f':
        return answer({ f: [...ROOTS, ...[...this.nodes.values()].map(facts)], ok: [], s: [], sn: 'x' });
      case 'uq':
        return answer({ mstrg: 1000, cstrg: 100 });
      case 'u':
        return this.#beginUpload(command);
      case 'p':
        return this.#put(String(command['t']), command['n'] as Record<string, string>[]);
      default:
        return node === undefined ? answer(NOT_FOUND) : this.#change(node, command);
    }
  }

  #change(node: MegaNode, command: Record<string, unknown>): FakeAnswer {
    switch (command['a']) {
      case 'g':
        return answer({ g: `${this.service.url}/down/${node.h}`, s: node.bytes?.length, at: node.a });
      case 'd':
        this.nodes.delete(node.h);
        return answer(0);
      case 'm':
        if (!this.#isFolder(String(command['t']))) return answer(NOT_FOUND);
        node.p = String(command['t']);
        return answer(0);
      case 'a':
        node.a = String(command['at']);
        return answer(0);
      default:
        return this.service.violation(`command ${command['a']}`);
    }
  }

  #put(parent: string, [sent = {}]: Record<string, string>[]): FakeAnswer {
    if (!this.#isFolder(parent)) return answer(NOT_FOUND);
    const { h = '', a = '', k = '' } = sent;
    const isFile = h !== 'xxxxxxxx';
    const keyBytes = Buffer.from(k, 'base64url').length;
    if (keyBytes !== (isFile ? 32 : 16) || Buffer.from(a, 'base64url').length % 16 !== 0)
      return this.service.violation('a node that is not sealed');
    const bytes = this.#arrived.get(h);
    if (isFile && bytes === undefined) return answer(NOT_FOUND);
    this.#arrived.delete(h);
    const node: MegaNode = {
      h: randomBytes(6).toString('base64url'),
      ...{ p: parent, t: isFile ? 0 : 1, a, k, ts: Math.floor(Date.now() / 1000) },
      ...(bytes === undefined ? {} : { bytes }),
    };
    this.nodes.set(node.h, node);
    return answer({ f: [facts(node)] });
  }

  #beginUpload({ s, v }: Record<string, unknown>): FakeAnswer {
    if (v !== 2) return this.service.violation('another way to upload');
    const id = randomBytes(8).toString('hex');
    this.#uploads.set(id, { sizeBytes: Number(s), parts: new Map() });
    return answer({ p: `${this.service.url}/up/${id}` });
  }

  #storePart(id: string, offset: number, body: Buffer): FakeAnswer {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return { status: 200, body: '-8' };
    const { sizeBytes, parts } = upload;
    const end = offset + body.length;
    if (!isBorder(offset) || !(end === sizeBytes || isBorder(end))) return { status: 200, body: '-7' };
    parts.set(offset, body);
    const arrived = [...parts.values()].reduce((sum, part) => sum + part.length, 0);
    if (arrived < sizeBytes) return { status: 200 };
    const whole = [...parts].sort(([left], [right]) => left - right).map(([, part]) => part);
    const handle = randomBytes(36);
    this.#arrived.set(handle.toString('base64url'), Buffer.concat(whole));
    return { status: 200, body: handle };
  }

  #download(id: string, range: string): FakeAnswer {
    const bytes = this.nodes.get(id)?.bytes;
    const [first = '', last = ''] = range.split('-');
    if (bytes === undefined) return { status: 404 };
    const part = bytes.subarray(Number(first), Number(last) + 1);
    return { status: 200, body: this.damages ? Buffer.concat([part.subarray(1), Buffer.from('x')]) : part };
  }

  #isFolder(handle: string): boolean {
    return handle === ROOT || handle === TRASH || this.nodes.get(handle)?.t === 1;
  }
}

const ROOTS = [
  { h: ROOT, p: '', u: USER, t: 2, a: '', k: '', ts: 0 },
  { h: TRASH, p: '', u: USER, t: 4, a: '', k: '', ts: 0 },
];

function facts({ bytes, k, ...node }: MegaNode): unknown {
  return { ...node, u: USER, k: `${USER}:${k}`, ...(bytes === undefined ? {} : { s: bytes.length }) };
}

function answer(value: unknown): FakeAnswer {
  return { status: 200, body: [value] };
}

/** Chunks grow by 128 KiB up to 1 MiB. */
function isBorder(offset: number): boolean {
  let border = 0;
  for (let step = 1; border < offset; step += 1) border += Math.min(step, 8) * STEP_BYTES;
  return border === offset;
}

const SALT = randomBytes(16).toString('base64url');
const STRETCHED = pbkdf2Sync(MEGA_LOGIN.password, Buffer.from(SALT, 'base64url'), 100_000, 32, 'sha512');
const SECOND_VERSION = {
  key: STRETCHED.subarray(0, 16),
  proof: STRETCHED.subarray(16).toString('base64url'),
};
const MASTER_KEY = randomBytes(16);
const RSA_BYTES = 256;
const PAIR = generateKeyPairSync('rsa', { modulusLength: RSA_BYTES * 8 });
const JWK = PAIR.privateKey.export({ format: 'jwk' });
/** The coefficient is the inverse of the first prime, while that of a JWK is the inverse of its second one. */
const PRIVATE_KEY = Buffer.concat(
  [JWK.q, JWK.p, JWK.d, JWK.qi].map((text) => number(Buffer.from(text ?? '', 'base64url'))),
);

/** A number with its length in bits in front. */
function number(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const rest = bytes.subarray(start);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(rest.length * 8 - Math.clz32(rest.readUInt8(0)) + 24);
  return Buffer.concat([head, rest]);
}

function seal(key: Buffer, bytes: Buffer): Buffer {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 16) * 16);
  bytes.copy(padded);
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
}

const TOKEN = randomBytes(48);
/** About every second number is a proof of this one. */
const CHALLENGE = `1:255:1700000000:${TOKEN.toString('base64url')}`;

function isWorkDone(header: string | string[] | undefined): boolean {
  const [version, token, prefix = ''] = String(header).split(':');
  if (version !== '1' || token !== TOKEN.toString('base64url')) return false;
  const bytes = Buffer.concat([Buffer.from(prefix, 'base64url'), ...Array(262_144).fill(TOKEN)]);
  return createHash('sha256').update(bytes).digest().readUInt32BE(0) <= 127 * 2 ** 24;
}
