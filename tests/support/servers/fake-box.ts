import { createHash } from 'node:crypto';
import { FakeLogin } from './fake-login.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService } from './fake-service.ts';
import { readForm } from './read-form.ts';

interface BoxItem {
  readonly id: string;
  readonly type: 'file' | 'folder';
  name: string;
  parent: string;
  bytes: Buffer;
}

interface BoxSession {
  /** Of the file of which it is a new version. */
  readonly id: string | undefined;
  readonly name: string;
  readonly parent: string;
  readonly sizeBytes: number;
  readonly parts: Map<number, Buffer>;
  isAsked?: boolean;
}

/**
 * Box's interface, version 2.0: items by id, names unique without regard to case, pages of two by marker,
 * forms for uploads.
 */
export class FakeBox {
  readonly login = new FakeLogin();
  readonly items = new Map<string, BoxItem>();
  readonly trash = new Set<string>();
  damages = false;
  service!: FakeService;
  #count = 0;
  readonly #sessions = new Map<string, BoxSession>();

  static async start(): Promise<FakeBox> {
    const fake = new FakeBox();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  /** Puts a file, or without bytes a folder, there. */
  add({ name, parent, bytes }: { name: string; parent: string; bytes?: Buffer }): BoxItem {
    this.#count += 1;
    const type = bytes === undefined ? ('folder' as const) : ('file' as const);
    const item = { id: `${1000 + this.#count}`, type, name, parent, bytes: bytes ?? Buffer.alloc(0) };
    this.items.set(item.id, item);
    return item;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, method, headers, body } = request;
    const download = /^\/download\/(\d+)$/.exec(url.pathname)?.[1];
    if (download !== undefined) {
      if (headers.authorization !== undefined) return this.service.violation('a token leaves the login');
      const item = this.items.get(download);
      return item === undefined ? { status: 404 } : answerBytes(item.bytes, headers);
    }
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    if (/upload_sessions(?:$|\/)/.test(url.pathname)) return this.#session(request);
    if (url.pathname.startsWith('/api/2.0/files/')) return this.#upload(request);
    const [, path = ''] = /^\/2\.0\/(.*)$/.exec(url.pathname) ?? [];
    const folder = /^folders\/(\d+)\/items$/.exec(path)?.[1];
    if (folder !== undefined) return this.#isFolder(folder) ? this.#page(folder, url) : notFound();
    if (path === 'users/me') return { status: 200, body: { space_amount: 1000, space_used: 400 } };
    if (path === 'files/content' && method === 'OPTIONS') return this.#preflight(JSON.parse(String(body)));
    if (path === 'folders' && method === 'POST') return this.#makeFolder(JSON.parse(String(body)));
    const [, id = '', verb = ''] = /^files\/(\d+)(\/content|\/trash)?$/.exec(path) ?? [];
    return this.#file(id, `${method} ${verb}`, body);
  }

  #file(id: string, verb: string, body: Buffer): FakeAnswer {
    if (verb === 'DELETE /trash') return { status: this.trash.delete(id) ? 204 : 404 };
    const item = this.items.get(id);
    if (item === undefined || this.#isFolder(id)) return notFound();
    switch (verb) {
      case 'GET /content':
        return { status: 302, headers: { location: `${this.service.url}/download/${id}` } };
      case 'DELETE ':
        this.items.delete(id);
        this.trash.add(id);
        return { status: 204 };
      case 'PUT ': {
        const { name, parent } = JSON.parse(String(body));
        const other = this.#named(parent?.id ?? item.parent, name);
        if (other !== undefined && other !== item) return conflict(facts(other));
        item.name = name;
        item.parent = parent?.id ?? item.parent;
        return { status: 200, body: facts(item) };
      }
      default:
        return this.service.violation(`${verb} of a file`);
    }
  }

  #preflight({ name, parent }: { name: string; parent: { id: string } }): FakeAnswer {
    if (!this.#isFolder(parent.id)) return notFound();
    const other = this.#named(parent.id, name);
    return other === undefined ? { status: 200, body: { upload_url: '' } } : conflict(facts(other));
  }

  #makeFolder({ name, parent }: { name: string; parent: { id: string } }): FakeAnswer {
    const other = this.#named(parent.id, name);
    if (other !== undefined) return conflict([facts(other)]);
    return this.#isFolder(parent.id)
      ? { status: 201, body: facts(this.add({ name, parent: parent.id })) }
      : notFound();
  }

  #upload(request: FakeRequest): FakeAnswer {
    const form = readForm(request);
    if ([...form.keys()].join() !== 'attributes,file') return this.service.violation('the order of the form');
    const { name, parent } = JSON.parse(String(form.get('attributes')));
    const sent = Buffer.from(form.get('file') ?? '');
    const bytes = this.damages ? Buffer.concat([sent.subarray(1), Buffer.from('x')]) : sent;
    const id = /files\/(\d+)\/content$/.exec(request.url.pathname)?.[1];
    return this.#store({ id, name, parent: parent?.id ?? '' }, bytes);
  }

  #store({ id, name, parent }: Omit<BoxSession, 'sizeBytes' | 'parts'>, bytes: Buffer): FakeAnswer {
    if (id !== undefined) {
      const item = this.items.get(id);
      if (item === undefined) return notFound();
      item.bytes = bytes;
      return { status: 201, body: { total_count: 1, entries: [facts(item)] } };
    }
    if (!this.#isFolder(parent)) return notFound();
    const other = this.#named(parent, name);
    if (other !== undefined) return conflict(facts(other));
    return { status: 201, body: { entries: [facts(this.add({ name, parent, bytes }))] } };
  }

  #session({ method, url, headers, body }: FakeRequest): FakeAnswer {
    const [, file, id = '', verb = ''] =
      /^\/api\/2\.0\/files\/(?:(\d+)\/)?upload_sessions(?:\/(s\d+))?(\/commit)?$/.exec(url.pathname) ?? [];
    if (id === '') return this.#beginSession(file, JSON.parse(String(body)));
    const session = this.#sessions.get(id);
    if (session === undefined) return notFound();
    if (method === 'DELETE') return { status: this.#sessions.delete(id) ? 204 : 404 };
    if (verb === '/commit') return this.#commit(id, session, String(headers['digest']), body);
    const sha1 = createHash('sha1').update(body);
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? [];
    if (Number(last) - Number(first) + 1 !== body.length) return this.service.violation('content-range');
    if (headers['digest'] !== `sha=${sha1.digest('base64')}`)
      return this.service.violation('digest of a part');
    session.parts.set(Number(first), body);
    return {
      status: 200,
      body: { part: { part_id: `p${first}`, offset: Number(first), size: body.length } },
    };
  }

  #beginSession(id: string | undefined, argument: Record<string, unknown>): FakeAnswer {
    const { file_name: name, file_size: sizeBytes, folder_id: parent = '' } = argument;
    if (Number(sizeBytes) < 20_000_000) return this.service.violation('too small for a session');
    const session = `s${this.#sessions.size + 1}`;
    const common = { id, name: String(name), parent: String(parent) };
    this.#sessions.set(session, { ...common, sizeBytes: Number(sizeBytes), parts: new Map() });
    const address = `${this.service.url}/api/2.0/files/upload_sessions/${session}`;
    const session_endpoints = { upload_part: address, commit: `${address}/commit`, abort: address };
    return { status: 201, body: { id: session, part_size: 8_388_608, session_endpoints } };
  }

  /** Says once that it is not ready yet. */
  #commit(id: string, session: BoxSession, digest: string, body: Buffer): FakeAnswer {
    if (session.isAsked !== true) {
      session.isAsked = true;
      return { status: 202, headers: { 'retry-after': '0' } };
    }
    const named = JSON.parse(String(body)).parts as { offset: number; part_id: string }[];
    const bytes = Buffer.concat(named.map(({ offset }) => session.parts.get(offset) ?? Buffer.alloc(0)));
    const isRight = digest === `sha=${createHash('sha1').update(bytes).digest('base64')}`;
    if (!isRight || bytes.length !== session.sizeBytes) return this.service.violation('commit');
    this.#sessions.delete(id);
    return this.#store(session, bytes);
  }

  #page(folder: string, url: URL): FakeAnswer {
    if (url.searchParams.get('usemarker') !== 'true') return this.service.violation('pages by marker');
    const all = [...this.items.values()].filter(({ parent }) => parent === folder);
    const at = Number(url.searchParams.get('marker') ?? 0);
    const next_marker = at + 2 < all.length ? String(at + 2) : '';
    return { status: 200, body: { entries: all.slice(at, at + 2).map(facts), next_marker } };
  }

  #named(parent: string, name: string): BoxItem | undefined {
    return [...this.items.values()].find(
      (item) => item.parent === parent && item.name.toLowerCase() === name.toLowerCase(),
    );
  }

  #isFolder(id: string): boolean {
    return id === '0' || this.items.get(id)?.type === 'folder';
  }
}

function facts({ id, type, name, bytes }: BoxItem): unknown {
  return {
    id,
    type,
    name,
    ...(type === 'folder'
      ? {}
      : {
          size: bytes.length,
          sha1: createHash('sha1').update(bytes).digest('hex'),
          modified_at: new Date().toISOString(),
        }),
  };
}

function notFound(): FakeAnswer {
  return { status: 404, body: { type: 'error', code: 'not_found', message: 'Not Found' } };
}

function conflict(conflicts: unknown): FakeAnswer {
  const message = 'Item with the same name already exists';
  return {
    status: 409,
    body: { type: 'error', code: 'item_name_in_use', message, context_info: { conflicts } },
  };
}
