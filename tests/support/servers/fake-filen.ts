import {
  argon2Sync,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  pbkdf2Sync,
  randomBytes,
} from 'node:crypto';
import { type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

export const FILEN_LOGIN = { email: 'me@example.org', password: 'filen-password' };
export const FILEN_CODE = '123456';
export const FILEN_API_KEY = 'filen-api-key';

const CHUNK_BYTES = 1024 * 1024;
const SEAL_BYTES = 28;
const ROOT = 'root-folder';

export interface FilenItem {
  readonly uuid: string;
  parent: string;
  nameHashed: string;
  /** What was said of it, sealed; of a folder its name. */
  metadata: string;
  readonly version?: number;
  readonly chunks?: readonly Buffer[];
}

/** A login, as a server knows it. */
interface Account {
  readonly authVersion: number;
  readonly salt: string;
  readonly password: string;
  /** What calls give that tell the keys, by their path. */
  readonly keys: Readonly<Record<string, object>>;
}

/**
 * Filen's interface: an envelope around everything, names and bytes that it cannot read, chunks whose hash it
 * checks.
 */
export class FakeFilen {
  readonly items = new Map<string, FilenItem>();
  readonly #uploads = new Map<string, Map<number, Buffer>>();
  readonly #account: Account;
  /** True for an account with a second factor. */
  wantsCode = false;
  /** True: bytes of files change where they lie. */
  damages = false;
  service!: FakeService;

  private constructor(account: Account) {
    this.#account = account;
  }

  static async start(authVersion: 2 | 3): Promise<FakeFilen> {
    const fake = new FakeFilen(ACCOUNTS[authVersion]);
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, method, headers, body } = request;
    const path = url.pathname.replace(/^\/v3\//, '');
    const argument = method === 'POST' && path !== 'upload' ? JSON.parse(String(body)) : {};
    const { authVersion, salt } = this.#account;
    if (path === 'auth/info') return ok({ email: argument.email, authVersion, salt });
    if (path === 'login') return this.#logIn(argument);
    if (headers.authorization !== `Bearer ${FILEN_API_KEY}`)
      return refusal('api_key_not_found', 'API key not found.');
    if (!url.pathname.startsWith('/v3/')) return this.#download(url.pathname);
    const keys = this.#account.keys[path];
    if (keys !== undefined) return ok(keys);
    if (path === 'upload') return this.#storeChunk(request);
    return this.#call(path, argument);
  }

  #logIn({ email, password, twoFactorCode, authVersion }: Record<string, unknown>): FakeAnswer {
    const isRight = email === FILEN_LOGIN.email && password === this.#account.password;
    if (!isRight || authVersion !== this.#account.authVersion)
      return refusal('email_or_password_wrong', 'Wrong email or password.');
    if (this.wantsCode && twoFactorCode === 'XXXXXX') return refusal('enter_2fa', 'Please enter your code.');
    if (this.wantsCode && twoFactorCode !== FILEN_CODE) return refusal('wrong_2fa', 'Wrong code.');
    return ok({ apiKey: FILEN_API_KEY, ...this.#account.keys['login'] });
  }

  #call(path: string, argument: Record<string, unknown>): FakeAnswer {
    const uuid = String(argument['uuid']);
    switch (path) {
      case 'user/baseFolder':
        return ok({ uuid: ROOT });
      case 'user/info':
        return ok({ maxStorage: 1000, storageUsed: 100 });
      case 'dir/content':
        return uuid === ROOT || this.items.has(uuid) ? ok(this.#content(uuid)) : refusal('folder_not_found');
      case 'dir/create':
        return this.#add({ ...sealedFacts(argument, 'name'), uuid, parent: String(argument['parent']) });
      case 'upload/done':
      case 'upload/empty':
        return this.#complete(uuid, argument, path === 'upload/empty');
      default:
        return this.#change(path, uuid, argument);
    }
  }

  #change(path: string, uuid: string, argument: Record<string, unknown>): FakeAnswer {
    const item = this.items.get(uuid);
    if (item?.chunks === undefined) return refusal('file_not_found');
    switch (path) {
      case 'file/trash':
      case 'file/delete/permanent':
        this.items.delete(uuid);
        return ok({});
      case 'file/move':
        item.parent = String(argument['to']);
        return ok({});
      case 'file/rename':
        Object.assign(item, sealedFacts(argument, 'metadata'));
        return ok({});
      default:
        return this.service.violation(`call ${path}`);
    }
  }

  #storeChunk({ url, body }: FakeRequest): FakeAnswer {
    const hash = createHash('sha512').update(body).digest('hex');
    if (required(url, 'hash') !== hash) return refusal('invalid_hash');
    if (body.length > CHUNK_BYTES + SEAL_BYTES || body.length <= SEAL_BYTES)
      return this.service.violation(`a chunk of ${body.length} bytes`);
    const parent = required(url, 'parent');
    if (parent !== ROOT && !this.items.has(parent)) return refusal('parent_not_found');
    const upload = `${required(url, 'uuid')} ${required(url, 'uploadKey')}`;
    const chunks = this.#uploads.get(upload) ?? new Map<number, Buffer>();
    chunks.set(Number(required(url, 'index')), body);
    this.#uploads.set(upload, chunks);
    return ok({ bucket: 'bucket-1', region: 'de-1' });
  }

  #complete(uuid: string, argument: Record<string, unknown>, isEmpty: boolean): FakeAnswer {
    const sent = this.#uploads.get(`${uuid} ${argument['uploadKey']}`) ?? new Map<number, Buffer>();
    const count = isEmpty ? 0 : Number(argument['chunks']);
    const chunks = Array.from({ length: count }, (_, index) => sent.get(index));
    if (sent.size !== count || (count === 0 && !isEmpty)) return refusal('chunks_not_found');
    for (const field of ['size', 'mime', 'name'])
      if (!/^00[23]/.test(String(argument[field]))) return this.service.violation(`${field} is not sealed`);
    const whole = chunks.filter((chunk) => chunk !== undefined);
    const parent = String(argument['parent']);
    const version = Number(argument['version']);
    const facts = sealedFacts(argument, 'metadata');
    this.#add({ ...facts, uuid, parent, version, chunks: whole });
    return ok({ chunks: whole.length, size: whole.reduce((sum, chunk) => sum + chunk.length, 0) });
  }

  /** A file of the same name becomes an older version of the new one, which no listing shows. */
  #add(item: FilenItem): FakeAnswer {
    if (item.parent !== ROOT && !this.items.has(item.parent)) return refusal('parent_not_found');
    for (const [uuid, { parent, nameHashed }] of this.items)
      if (parent === item.parent && nameHashed === item.nameHashed) this.items.delete(uuid);
    this.items.set(item.uuid, item);
    return ok({ uuid: item.uuid });
  }

  #content(folder: string): object {
    const inside = [...this.items.values()].filter(({ parent }) => parent === folder);
    return {
      uploads: inside
        .filter(({ chunks }) => chunks !== undefined)
        .map(({ uuid, metadata, version, chunks, parent }) => ({
          ...{ uuid, metadata, version, parent, bucket: 'bucket-1', region: 'de-1' },
          ...{ chunks: chunks?.length, size: 0, timestamp: Math.floor(Date.now() / 1000) },
        })),
      folders: inside
        .filter(({ chunks }) => chunks === undefined)
        .map(({ uuid, metadata, parent }) => ({ uuid, name: metadata, parent })),
    };
  }

  #download(path: string): FakeAnswer {
    const [, region, bucket, uuid = '', index] = path.split('/');
    const chunk = this.items.get(uuid)?.chunks?.[Number(index)];
    if (region !== 'de-1' || bucket !== 'bucket-1' || chunk === undefined) return { status: 404 };
    return { status: 200, body: this.damages ? Buffer.concat([chunk.subarray(1), Buffer.from('x')]) : chunk };
  }
}

function sealedFacts(
  argument: Record<string, unknown>,
  field: string,
): Pick<FilenItem, 'metadata' | 'nameHashed'> {
  const [metadata, nameHashed] = [String(argument[field]), String(argument['nameHashed'])];
  if (!/^00[23]/.test(metadata) || !/^[0-9a-f]{40,64}$/.test(nameHashed)) throw new Error('not sealed');
  return { metadata, nameHashed };
}

function ok(data: object): FakeAnswer {
  return { status: 200, body: { status: true, message: 'Ok.', code: 'ok', data } };
}

function refusal(code: string, message = code): FakeAnswer {
  return { status: 200, body: { status: false, message, code } };
}

/** As Filen seals texts, written apart from the client. */
function seal(version: 2 | 3, key: Buffer, text: string): string {
  const nonce = version === 3 ? randomBytes(12) : Buffer.from(randomBytes(6).toString('hex'));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  const shown = version === 3 ? nonce.toString('hex') : nonce.toString();
  return `00${version}${shown}${sealed.toString('base64')}`;
}

function secondVersion(): Account {
  const salt = 'a salt';
  const stretched = pbkdf2Sync(FILEN_LOGIN.password, salt, 200_000, 64, 'sha512').toString('hex');
  const [master, rest] = [stretched.slice(0, 64), stretched.slice(64)];
  const keys = seal(2, pbkdf2Sync(master, master, 1, 32, 'sha512'), `an older key|${master}`);
  return {
    authVersion: 2,
    salt,
    password: createHash('sha512').update(rest).digest('hex'),
    keys: { login: { masterKeys: keys }, 'user/masterKeys': { keys } },
  };
}

function thirdVersion(): Account {
  const salt = 'cd'.repeat(128);
  const stretched = argon2Sync('argon2id', {
    message: FILEN_LOGIN.password,
    nonce: Buffer.from(salt, 'hex'),
    ...{ parallelism: 4, memory: 65_536, passes: 3, tagLength: 64 },
  });
  const dataKey = randomBytes(32);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    authVersion: 3,
    salt,
    password: stretched.subarray(32).toString('hex'),
    keys: {
      'user/dek': { dek: seal(3, stretched.subarray(0, 32), dataKey.toString('hex')) },
      'user/keyPair/info': { privateKey: seal(3, dataKey, der.toString('base64')) },
    },
  };
}

const ACCOUNTS = { 2: secondVersion(), 3: thirdVersion() } as const;
