import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenLocally } from './listen-locally.ts';
import type { RunningServer } from './server-process.ts';

/** Backblaze B2 as its documentation describes it, strict about what it takes, in memory. */
export interface FakeB2 extends RunningServer {
  readonly endpoint: string;
  readonly keyId: string;
  readonly key: string;
  /** Takes a bucket away with all that is in it. */
  removeBucket(name: string): void;
  /** From now on the sessions given so far, and the places for uploads, are used up. */
  expire(): void;
  /** How many versions a bucket keeps. */
  countVersions(bucket: string): number;
  /** From now on it names this as its address. */
  answersAs(origin: string): void;
}

interface Version {
  readonly bucketId: string;
  readonly fileName: string;
  readonly fileId: string;
  readonly bytes: Buffer;
  readonly uploadTimestamp: number;
  retention?: { readonly mode: string; readonly retainUntilTimestamp: number };
}

interface State {
  origin: string;
  readonly buckets: Map<string, string>;
  readonly tokens: Set<string>;
  readonly places: Map<string, string>;
  /** The newest first. */
  versions: Version[];
}

type Fields = Readonly<Record<string, unknown>>;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const KEY_ID = '0012345';
const KEY = 'K001secret';
const ACCOUNT = 'account1';

const CALLS: Readonly<Record<string, (state: State, fields: Fields) => object>> = {
  b2_list_buckets: (state, { accountId, bucketName }) => {
    need(accountId === ACCOUNT, 'bad_request');
    const buckets = [...state.buckets].filter(([name]) => bucketName === undefined || name === bucketName);
    return {
      buckets: buckets.map(([name, bucketId]) => ({
        accountId,
        bucketId,
        bucketName: name,
        bucketType: 'allPrivate',
      })),
    };
  },
  b2_create_bucket: (state, { accountId, bucketName, bucketType }) => {
    need(accountId === ACCOUNT && bucketType === 'allPrivate', 'bad_request');
    need(/^[A-Za-z0-9-]{6,63}$/.test(String(bucketName)), 'invalid_bucket_name');
    need(!state.buckets.has(String(bucketName)), 'duplicate_bucket_name');
    const bucketId = randomUUID();
    state.buckets.set(String(bucketName), bucketId);
    return { accountId, bucketId, bucketName, bucketType };
  },
  b2_get_upload_url: (state, { bucketId }) => {
    checkBucket(state, bucketId);
    const [place, token] = [randomUUID(), randomUUID()];
    state.places.set(`/upload/${place}/${bucketId}`, token);
    return { bucketId, uploadUrl: `${state.origin}/upload/${place}/${bucketId}`, authorizationToken: token };
  },
  b2_list_file_names: (state, fields) => {
    const newest = new Map<string, Version>();
    for (const version of versionsIn(state, fields))
      if (!newest.has(version.fileName)) newest.set(version.fileName, version);
    const { entries, next } = page([...newest.values()], fields);
    return { files: entries, nextFileName: next };
  },
  b2_list_file_versions: (state, fields) => {
    const { entries, next } = page(versionsIn(state, fields), fields);
    return { files: entries, nextFileName: next, nextFileId: null };
  },
  b2_delete_file_version: (state, { fileName, fileId }) => {
    const version = state.versions.find((one) => one.fileId === fileId && one.fileName === fileName);
    need(version !== undefined, 'file_not_present');
    need((version?.retention?.retainUntilTimestamp ?? 0) < Date.now(), 'access_denied', 403);
    state.versions = state.versions.filter((one) => one !== version);
    return { fileName, fileId };
  },
  b2_copy_file: (state, { sourceFileId, fileName }) => {
    const source = state.versions.find((one) => one.fileId === sourceFileId);
    if (source === undefined) throw new Refusal(404, 'not_found');
    const copy = { ...source, fileName: String(fileName), fileId: randomUUID(), uploadTimestamp: Date.now() };
    state.versions.unshift(copy);
    return describe(copy);
  },
  b2_update_file_retention: (state, { fileName, fileId, fileRetention }) => {
    const version = state.versions.find((one) => one.fileId === fileId && one.fileName === fileName);
    if (version === undefined) throw new Refusal(400, 'bad_request');
    version.retention = fileRetention as NonNullable<Version['retention']>;
    return { fileName, fileId, fileRetention };
  },
  b2_get_file_info: (state, { fileId }) => {
    const version = state.versions.find((one) => one.fileId === fileId);
    if (version === undefined) throw new Refusal(404, 'not_found');
    return {
      ...describe(version),
      fileRetention: { isClientAuthorizedToRead: true, value: version.retention ?? null },
    };
  },
};

export async function startFakeB2(): Promise<FakeB2> {
  const server = createServer((request, response) => void answer(state, request, response));
  const port = await listenLocally(server);
  const origin = `http://127.0.0.1:${port}`;
  const state: State = { origin, buckets: new Map(), tokens: new Set(), places: new Map(), versions: [] };
  return {
    port,
    endpoint: origin,
    keyId: KEY_ID,
    key: KEY,
    removeBucket: (name) => {
      state.versions = state.versions.filter(({ bucketId }) => bucketId !== state.buckets.get(name));
      state.buckets.delete(name);
    },
    expire: () => {
      state.tokens.clear();
      state.places.clear();
    },
    countVersions: (name) =>
      state.versions.filter(({ bucketId }) => bucketId === state.buckets.get(name)).length,
    answersAs: (given) => {
      state.origin = given;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => {});
  try {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const { pathname } = new URL(request.url ?? '', state.origin);
    if (pathname.endsWith('/b2_authorize_account')) return send(response, authorize(state, request));
    if (pathname.startsWith('/upload/')) return send(response, upload(state, request, pathname, body));
    need(state.tokens.has(request.headers.authorization ?? ''), 'expired_auth_token', 401);
    if (pathname.endsWith('/b2_download_file_by_id')) {
      const id = new URL(request.url ?? '', state.origin).searchParams.get('fileId');
      return sendVersion(
        state.versions.find(({ fileId }) => fileId === id),
        request,
        response,
      );
    }
    if (pathname.startsWith('/file/')) return download(state, request, response, pathname);
    const call = CALLS[pathname.split('/').at(-1) ?? ''];
    need(call !== undefined && request.method === 'POST', 'bad_request');
    send(response, call?.(state, JSON.parse(String(body))) ?? {});
  } catch (error) {
    if (response.destroyed || (error instanceof Error && 'code' in error && error.code === 'ECONNRESET'))
      return;
    const { status, code } = error instanceof Refusal ? error : new Refusal(500, 'internal_error');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status, code, message: `No: ${code}.` }));
  }
}

function authorize(state: State, { headers }: IncomingMessage): object {
  const login = `Basic ${Buffer.from(`${KEY_ID}:${KEY}`).toString('base64')}`;
  need(headers.authorization === login, 'unauthorized', 401);
  const token = randomUUID();
  state.tokens.add(token);
  return {
    accountId: ACCOUNT,
    authorizationToken: token,
    apiUrl: state.origin,
    downloadUrl: state.origin,
    recommendedPartSize: 100_000_000,
    absoluteMinimumPartSize: 5_000_000,
    allowed: {
      capabilities: ['listBuckets', 'readFiles', 'writeFiles'],
      bucketId: null,
      bucketName: null,
      namePrefix: null,
    },
  };
}

function upload(state: State, { headers, method }: IncomingMessage, pathname: string, body: Buffer): object {
  need(method === 'POST', 'bad_request');
  const token = state.places.get(pathname);
  need(token !== undefined && headers.authorization === token, 'bad_auth_token', 401);
  need(Number(headers['content-length']) === body.length, 'bad_request', 411);
  const encoded = String(headers['x-bz-file-name']);
  need(/^[A-Za-z0-9._~/%+-]+$/.test(encoded) && !encoded.startsWith('/'), 'bad_request');
  const isAtEnd = headers['x-bz-content-sha1'] === 'hex_digits_at_end';
  const bytes = isAtEnd ? body.subarray(0, -40) : body;
  const sha1 = isAtEnd ? String(body.subarray(-40)) : String(headers['x-bz-content-sha1']);
  need(createHash('sha1').update(bytes).digest('hex') === sha1, 'bad_sha1');
  const version = {
    bucketId: pathname.split('/').at(-1) ?? '',
    fileName: decodeName(encoded),
    fileId: randomUUID(),
    bytes: Buffer.from(bytes),
    uploadTimestamp: Date.now(),
  };
  checkBucket(state, version.bucketId);
  state.versions.unshift(version);
  return describe(version);
}

function download(state: State, request: IncomingMessage, response: ServerResponse, pathname: string): void {
  const [, , bucket = '', ...path] = pathname.split('/');
  const bucketId = state.buckets.get(decodeURIComponent(bucket));
  const name = decodeName(path.join('/'));
  const version = state.versions.find((one) => one.bucketId === bucketId && one.fileName === name);
  sendVersion(version, request, response);
}

function sendVersion(version: Version | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (version === undefined) throw new Refusal(404, 'not_found');
  const headers = { ...infoHeaders(version), 'accept-ranges': 'bytes' };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (range === null) {
    response.writeHead(200, { ...headers, 'content-length': version.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : version.bytes);
    return;
  }
  need(Number(range[1]) < version.bytes.length, 'range_not_satisfiable', 416);
  const part = version.bytes.subarray(Number(range[1]), Number(range[2]) + 1);
  response.writeHead(206, { ...headers, 'content-length': part.length }).end(part);
}

function infoHeaders({ fileId, fileName, bytes, uploadTimestamp }: Version): Record<string, string> {
  return {
    'x-bz-file-id': fileId,
    'x-bz-file-name': encodeURIComponent(fileName),
    'x-bz-content-sha1': createHash('sha1').update(bytes).digest('hex'),
    'x-bz-upload-timestamp': String(uploadTimestamp),
    'content-type': 'application/octet-stream',
  };
}

function versionsIn(state: State, { bucketId, prefix = '', startFileName = '' }: Fields): Version[] {
  checkBucket(state, bucketId);
  return state.versions
    .filter((version) => version.bucketId === bucketId)
    .filter(
      ({ fileName }) => fileName.startsWith(String(prefix ?? '')) && fileName >= String(startFileName ?? ''),
    )
    .sort((one, other) => (one.fileName < other.fileName ? -1 : one.fileName > other.fileName ? 1 : 0));
}

function page(
  versions: readonly Version[],
  { prefix, delimiter, maxFileCount = 100 }: Fields,
): { entries: object[]; next: string | null } {
  const inFolder = (version: Version): boolean =>
    delimiter === '/' && version.fileName.slice(String(prefix ?? '').length).includes('/');
  const direct = versions.filter((version) => !inFolder(version));
  const shown = direct.slice(0, Number(maxFileCount));
  return { entries: shown.map(describe), next: direct[shown.length]?.fileName ?? null };
}

function describe(version: Version): object {
  const { fileName, fileId, bytes, uploadTimestamp } = version;
  const contentSha1 = createHash('sha1').update(bytes).digest('hex');
  return {
    action: 'upload',
    fileName,
    fileId,
    contentLength: bytes.length,
    contentSha1,
    contentType: 'application/octet-stream',
    uploadTimestamp,
    fileInfo: {},
  };
}

/** In names, a plus may stand for a space. */
function decodeName(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function checkBucket(state: State, bucketId: unknown): void {
  need([...state.buckets.values()].includes(String(bucketId)), 'bad_bucket_id');
}

function need(condition: boolean, code: string, status = 400): void {
  if (!condition) throw new Refusal(status, code);
}

function send(response: ServerResponse, content: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(content));
}
