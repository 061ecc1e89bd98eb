import { QuickXorHash } from '../../../src/destinations/graph/quick-xor-hash.ts';
import { FakeLogin } from './fake-login.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

interface DriveItem {
  readonly id: string;
  /** As it was first written; it begins with a slash. */
  readonly path: string;
  /** Absent for a folder. */
  readonly bytes?: Buffer;
}

interface Session {
  readonly path: string;
  readonly pieces: Buffer[];
}

const DRIVE = /^\/v1\.0\/(me\/drive|drives\/drive-1|sites\/site-1\/drive|groups\/group-1\/drive)(\/root.*)?$/;

/**
 * The drives of Microsoft Graph 1.0, all with the same content: items by path without regard to case, pages
 * of two, sessions outside of the login.
 */
export class FakeGraph {
  readonly login = new FakeLogin();
  /** By the path in lower case. */
  readonly items = new Map<string, DriveItem>();
  readonly drives = new Set<string>();
  damages = false;
  service!: FakeService;
  readonly #sessions = new Map<string, Session>();
  #count = 0;

  static async start(): Promise<FakeGraph> {
    const fake = new FakeGraph();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  add(path: string, bytes?: Buffer): DriveItem {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && !this.items.has(parent.toLowerCase())) this.add(parent);
    this.#count += 1;
    const item = { id: `item-${this.#count}`, path, ...(bytes === undefined ? {} : { bytes }) };
    this.items.set(path.toLowerCase(), item);
    return item;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, headers } = request;
    const outside = /^\/(session|download)\/(.+)$/.exec(url.pathname);
    if (outside !== null) {
      if (headers.authorization !== undefined) return this.service.violation('a token leaves the login');
      return outside[1] === 'session'
        ? this.#session(outside[2] ?? '', request)
        : this.#download(outside[2] ?? '', request);
    }
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    if (url.pathname === '/v1.0/groups') {
      const isKnown = required(url, '$filter') === "mail eq 'group@example.org'";
      return { status: 200, body: { value: isKnown ? [{ id: 'group-1' }] : [] } };
    }
    if (url.pathname === '/v1.0/sites/tenant.sharepoint.com:/sites/team')
      return { status: 200, body: { id: 'site-1' } };
    const [, drive, root] = DRIVE.exec(url.pathname) ?? [];
    if (drive === undefined) return failure(404, 'itemNotFound');
    this.drives.add(drive);
    if (root !== undefined) return this.#item(root, request);
    const webUrl = 'https://tenant.sharepoint.com/sites/team/Shared%20Documents';
    return { status: 200, body: { webUrl, quota: { total: 1_000_000_000, remaining: 250_000_000 } } };
  }

  #item(root: string, request: FakeRequest): FakeAnswer {
    const [, encoded = '', verb = ''] =
      /^\/root(?::(\/.*?):?)?(\/children|\/content|\/createUploadSession)?$/.exec(root) ?? [];
    const path = decodeURIComponent(encoded);
    if (/["*:<>?\\|]/.test(path)) return failure(400, 'invalidRequest');
    const found = this.items.get(path.toLowerCase());
    const isThere = path === '' || found !== undefined;
    const { method, body } = request;
    switch (`${method} ${verb}`) {
      case 'GET /children':
        return isThere ? this.#children(path, request.url) : failure(404, 'itemNotFound');
      case 'POST /children':
        return isThere ? this.#makeFolder(path, JSON.parse(String(body))) : failure(404, 'itemNotFound');
      case 'PUT /content':
        if (body.length >= 4_194_304) return this.service.violation('too large for one request');
        return this.#store(path, body);
      case 'POST /createUploadSession':
        if (JSON.parse(String(body)).item['@microsoft.graph.conflictBehavior'] !== 'replace')
          return this.service.violation('conflicts of a session');
        this.#sessions.set(String(this.#sessions.size), { path, pieces: [] });
        return {
          status: 200,
          body: { uploadUrl: `${this.service.url}/session/${this.#sessions.size - 1}?tempauth=x` },
        };
      default:
        return found === undefined
          ? failure(404, 'itemNotFound')
          : this.#one(found, `${method} ${verb}`, body);
    }
  }

  #one(item: DriveItem, verb: string, body: Buffer): FakeAnswer {
    switch (verb) {
      case 'GET ':
        return { status: 200, body: facts(item) };
      case 'GET /content':
        return { status: 302, headers: { location: `${this.service.url}/download/${item.id}` } };
      case 'DELETE ':
        this.items.delete(item.path.toLowerCase());
        return { status: 204 };
      case 'PATCH ': {
        const { name, parentReference } = JSON.parse(String(body));
        const parent = [...this.items.values()].find(({ id }) => id === parentReference?.id)?.path;
        const path = `${parent ?? item.path.slice(0, item.path.lastIndexOf('/'))}/${name}`;
        if (this.items.has(path.toLowerCase())) return failure(409, 'nameAlreadyExists');
        this.items.delete(item.path.toLowerCase());
        return { status: 200, body: facts(this.add(path, item.bytes)) };
      }
      default:
        return this.service.violation(verb);
    }
  }

  #children(path: string, url: URL): FakeAnswer {
    const start = `${path.toLowerCase()}/`;
    const all = [...this.items]
      .filter(([key]) => key.startsWith(start) && !key.slice(start.length).includes('/'))
      .map(([, item]) => facts(item));
    const at = Number(url.searchParams.get('$skiptoken') ?? 0);
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(at + 2));
    const more = at + 2 < all.length ? { '@odata.nextLink': next.href } : {};
    return { status: 200, body: { value: all.slice(at, at + 2), ...more } };
  }

  #makeFolder(path: string, { name, folder }: { name: string; folder: unknown }): FakeAnswer {
    if (folder === undefined) return this.service.violation('a folder says that it is one');
    if (this.items.has(`${path}/${name}`.toLowerCase())) return failure(409, 'nameAlreadyExists');
    return { status: 201, body: facts(this.add(`${path}/${name}`)) };
  }

  #session(id: string, { method, headers, body }: FakeRequest): FakeAnswer {
    const session = this.#sessions.get(id);
    if (session === undefined) return failure(404, 'itemNotFound');
    const arrived = Buffer.concat(session.pieces);
    const expected = (from: number): FakeAnswer => ({
      status: method === 'GET' ? 200 : 202,
      body: { nextExpectedRanges: [`${from}-`] },
    });
    if (method === 'GET') return expected(arrived.length);
    if (method === 'DELETE') {
      this.#sessions.delete(id);
      return { status: 204 };
    }
    const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    if (Number(last) - Number(first) + 1 !== body.length) return this.service.violation('content-range');
    if (Number(first) !== arrived.length) return failure(416, 'invalidRange');
    const isLast = Number(last) + 1 === Number(total);
    if (!isLast && body.length % 327_680 !== 0) return this.service.violation('no multiple of 320 KiB');
    session.pieces.push(body);
    if (!isLast) return expected(Number(last) + 1);
    this.#sessions.delete(id);
    return this.#store(session.path, Buffer.concat(session.pieces));
  }

  #download(id: string, { headers }: FakeRequest): FakeAnswer {
    const item = [...this.items.values()].find((candidate) => candidate.id === id);
    return item?.bytes === undefined ? { status: 404 } : answerBytes(item.bytes, headers);
  }

  #store(path: string, bytes: Buffer): FakeAnswer {
    const kept = this.damages ? Buffer.concat([bytes.subarray(1), Buffer.from('x')]) : bytes;
    return { status: 201, body: facts(this.add(path, kept)) };
  }
}

function facts({ id, path, bytes }: DriveItem): unknown {
  const common = {
    id,
    name: path.slice(path.lastIndexOf('/') + 1),
    lastModifiedDateTime: new Date().toISOString(),
  };
  if (bytes === undefined) return { ...common, folder: { childCount: 0 } };
  const hash = new QuickXorHash();
  hash.update(bytes);
  const hashes = { quickXorHash: hash.digest().toString('base64') };
  return { ...common, size: bytes.length, file: { mimeType: 'application/octet-stream', hashes } };
}

function failure(status: number, code: string): FakeAnswer {
  return { status, body: { error: { code, message: `The answer is ${code}.` } } };
}
