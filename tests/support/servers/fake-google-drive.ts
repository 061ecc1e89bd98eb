import { createHash } from 'node:crypto';
import { FakeLogin } from './fake-login.ts';
import { FakeResumable } from './fake-resumable.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

const FOLDER = 'application/vnd.google-apps.folder';

interface DriveFile {
  readonly id: string;
  name: string;
  parent: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  /** A number that grows, in the place of a clock that may stand still between two files. */
  readonly order: number;
}

/** Google Drive's interface, version 3: files with ids, names that need not be unique, pages of two. */
export class FakeGoogleDrive {
  readonly login = new FakeLogin();
  readonly files = new Map<string, DriveFile>();
  damages = false;
  service!: FakeService;
  #count = 0;
  readonly #uploads = new FakeResumable(
    () => this.service,
    ({ metadata }, bytes) => {
      const kept = this.damages ? Buffer.concat([bytes.subarray(1), Buffer.from('x')]) : bytes;
      const { name, parents } = metadata as { name: string; parents: string[] };
      const file = this.add({ name, parent: parents[0] ?? 'root', bytes: kept });
      return { status: 200, body: facts(file) };
    },
  );

  static async start(): Promise<FakeGoogleDrive> {
    const fake = new FakeGoogleDrive();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  /** Puts a file, or without bytes a folder, on the drive. */
  add({ name, parent, bytes }: { name: string; parent: string; bytes?: Buffer }): DriveFile {
    this.#count += 1;
    const file = {
      id: `id-${this.#count}`,
      name,
      parent,
      mimeType: bytes === undefined ? FOLDER : 'application/octet-stream',
      bytes: bytes ?? Buffer.alloc(0),
      order: this.#count,
    };
    this.files.set(file.id, file);
    return file;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    const { url } = request;
    const { pathname } = url;
    if (pathname.startsWith('/session/')) return this.#uploads.go(request);
    if (pathname === '/drive/v3/about') {
      required(url, 'fields');
      return { status: 200, body: { storageQuota: { limit: '1000000', usage: '400000' } } };
    }
    if (url.searchParams.get('supportsAllDrives') !== 'true')
      return this.service.violation('supportsAllDrives');
    if (pathname === '/upload/drive/v3/files') return this.#begin(request);
    if (pathname === '/drive/v3/files')
      return request.method === 'POST' ? this.#makeFolder(request) : this.#find(url);
    const file = this.files.get(/^\/drive\/v3\/files\/([^/]+)$/.exec(pathname)?.[1] ?? '');
    return file === undefined ? notFound() : this.#file(file, request);
  }

  #begin(request: FakeRequest): FakeAnswer {
    if (required(request.url, 'uploadType') !== 'resumable') return this.service.violation('uploadType');
    const parent = JSON.parse(String(request.body)).parents[0];
    return this.#isFolder(parent) ? this.#uploads.begin(request) : notFound();
  }

  #makeFolder({ body }: FakeRequest): FakeAnswer {
    const { name, mimeType, parents } = JSON.parse(String(body));
    if (mimeType !== FOLDER) return this.service.violation('only folders are made without bytes');
    return { status: 200, body: facts(this.add({ name, parent: parents[0] })) };
  }

  #find(url: URL): FakeAnswer {
    const query =
      /^'((?:[^'\\]|\\.)*)' in parents and mimeType (!?=) '([^']*)' and trashed = false(?: and name = '((?:[^'\\]|\\.)*)')?$/.exec(
        required(url, 'q'),
      );
    if (query === null) return this.service.violation(`query ${url.searchParams.get('q')}`);
    const [, parent = '', comparison, mimeType, name] = query;
    if (!this.#isFolder(parent)) return notFound();
    const wanted = name?.replaceAll(/\\(.)/g, '$1').toLowerCase();
    const found = [...this.files.values()]
      .filter((file) => file.parent === parent && (file.mimeType === mimeType) === (comparison === '='))
      .filter((file) => wanted === undefined || file.name.toLowerCase() === wanted)
      .sort((left, right) => right.order - left.order);
    const start = Number(url.searchParams.get('pageToken') ?? 0);
    const isMore = start + 2 < found.length;
    return {
      status: 200,
      body: {
        files: found.slice(start, start + 2).map(facts),
        ...(isMore ? { nextPageToken: String(start + 2) } : {}),
      },
    };
  }

  #file(file: DriveFile, { method, url, headers, body }: FakeRequest): FakeAnswer {
    if (method === 'DELETE') {
      this.files.delete(file.id);
      return { status: 204 };
    }
    if (method === 'GET')
      return url.searchParams.get('alt') === 'media'
        ? answerBytes(file.bytes, headers)
        : { status: 200, body: facts(file) };
    if (method !== 'PATCH') return this.service.violation(`${method} of a file`);
    file.name = JSON.parse(String(body)).name ?? file.name;
    const added = url.searchParams.get('addParents');
    if (added !== null && url.searchParams.get('removeParents') !== file.parent)
      return this.service.violation('a file has one parent');
    file.parent = added ?? file.parent;
    return { status: 200, body: facts(file) };
  }

  #isFolder(id: string): boolean {
    return id === 'root' || this.files.get(id)?.mimeType === FOLDER;
  }
}

function facts(file: DriveFile): unknown {
  return {
    id: file.id,
    name: file.name,
    size: String(file.bytes.length),
    modifiedTime: new Date().toISOString(),
    md5Checksum: createHash('md5').update(file.bytes).digest('hex'),
  };
}

function notFound(): FakeAnswer {
  const error = { code: 404, message: 'File not found: .', errors: [{ reason: 'notFound' }] };
  return { status: 404, body: { error } };
}
