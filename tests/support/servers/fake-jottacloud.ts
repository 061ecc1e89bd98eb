import { createHash } from 'node:crypto';
import { FakeLogin } from './fake-login.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService } from './fake-service.ts';

interface JottaEntry {
  /** Absent for a folder. */
  readonly bytes?: Buffer;
  readonly isDeleted?: boolean;
}

const USER = 'user-1';

/** Jottacloud's file interface: XML with names in attributes, deleted files that leave traces. */
export class FakeJottacloud {
  readonly login = new FakeLogin();
  /** By the path below `/jfs/<user>`. */
  readonly entries = new Map<string, JottaEntry>();
  damages = false;
  service!: FakeService;

  static async start(): Promise<FakeJottacloud> {
    const fake = new FakeJottacloud();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  /** Makes a folder and those above it. */
  addFolder(path: string): void {
    const parts = path.split('/').slice(1);
    parts.forEach((_, index) => {
      const folder = `/${parts.slice(0, index + 1).join('/')}`;
      if (this.entries.get(folder)?.isDeleted !== false) this.entries.set(folder, { isDeleted: false });
    });
  }

  #answer(request: FakeRequest): FakeAnswer {
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    const { url, method } = request;
    if (url.pathname.endsWith('/openid-connect/userinfo')) return { status: 200, body: { username: USER } };
    const prefix = `/jfs/${USER}`;
    if (!url.pathname.startsWith(prefix)) return this.service.violation(`path ${url.pathname}`);
    const path = decodeURIComponent(url.pathname.slice(prefix.length));
    if (path === '') return { status: 200, body: '<user><capacity>1000</capacity><usage>300</usage></user>' };
    return method === 'POST' ? this.#change(path, request) : this.#show(path, request);
  }

  #show(path: string, { url, headers }: FakeRequest): FakeAnswer {
    const found = this.entries.get(path);
    if (found === undefined) return { status: 404, body: '<error><code>404</code></error>' };
    if (url.searchParams.get('mode') === 'bin')
      return found.bytes === undefined || found.isDeleted
        ? { status: 404, body: '<error/>' }
        : answerBytes(found.bytes, headers);
    return { status: 200, body: found.bytes === undefined ? this.#folder(path) : fileXml(path, found) };
  }

  #folder(path: string): string {
    const files = [...this.entries]
      .filter(([key, { bytes }]) => key.slice(0, key.lastIndexOf('/')) === path && bytes !== undefined)
      .map(([key, entry]) => fileXml(key, entry));
    const name = escapeAttribute(path.slice(path.lastIndexOf('/') + 1));
    return `<?xml version="1.0"?><folder name="${name}"><folders/><files>${files.join('')}</files></folder>`;
  }

  #change(path: string, { url, headers, body }: FakeRequest): FakeAnswer {
    const found = this.entries.get(path);
    switch (url.search.slice(1).split('=')[0]) {
      case 'mkDir':
        this.addFolder(path);
        return { status: 201, body: '<folder/>' };
      case 'type':
        this.addFolder(path);
        return { status: 200, body: '<device/>' };
      case 'rm':
        if (found?.bytes === undefined) return { status: 404 };
        this.entries.set(path, { ...found, isDeleted: true });
        return { status: 200, body: '<file/>' };
      case 'mv': {
        const target = (url.searchParams.get('mv') ?? '').replace(`/${USER}`, '');
        if (found === undefined) return { status: 404 };
        this.entries.delete(path);
        this.entries.set(target, found);
        return { status: 200, body: '<file/>' };
      }
      case 'umode':
        return this.#upload(path, headers['jsize'], body);
      default:
        return this.service.violation(`query ${url.search}`);
    }
  }

  #upload(path: string, size: unknown, body: Buffer): FakeAnswer {
    if (Number(size) !== body.length) return this.service.violation('JSize');
    const bytes = this.damages ? Buffer.concat([body.subarray(1), Buffer.from('x')]) : body;
    this.addFolder(path.slice(0, path.lastIndexOf('/')));
    this.entries.set(path, { bytes, isDeleted: false });
    return { status: 201, body: fileXml(path, { bytes }) };
  }
}

function fileXml(path: string, { bytes = Buffer.alloc(0), isDeleted = false }: JottaEntry): string {
  const name = escapeAttribute(path.slice(path.lastIndexOf('/') + 1));
  const time = `${new Date().toISOString().slice(0, 10)}-T${new Date().toISOString().slice(11, 19)}Z`;
  const md5 = createHash('md5').update(bytes).digest('hex');
  const deleted = isDeleted ? ` deleted="${time}"` : '';
  return `<file name="${name}" uuid="x"${deleted}><currentRevision><number>1</number><state>COMPLETED</state><modified>${time}</modified><size>${bytes.length}</size><md5>${md5}</md5></currentRevision></file>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
