import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';
import { readForm } from './read-form.ts';

export const FILEJUMP_TOKEN = 'filejump-token';
export const FILEJUMP_LOGIN = { email: 'me@example.org', password: 'filejump-password' };

export interface FilejumpEntry {
  readonly id: number;
  name: string;
  parent: number | null;
  /** Absent for a folder. */
  readonly bytes?: Buffer;
  isDeleted?: boolean;
}

/** Filejump's interface: entries by id, names that need not be unique, pages of two, downloads that lead elsewhere. */
export class FakeFilejump {
  readonly entries: FilejumpEntry[] = [];
  damages = false;
  service!: FakeService;
  #count = 0;

  static async start<F extends FakeFilejump>(this: new () => F): Promise<F> {
    const fake = new this();
    fake.service = await FakeService.start((request) => fake.answer(request));
    return fake;
  }

  add(name: string, parent: number | null, bytes?: Buffer): FilejumpEntry {
    this.#count += 1;
    const entry = { id: this.#count, name, parent, ...(bytes === undefined ? {} : { bytes }) };
    this.entries.push(entry);
    return entry;
  }

  protected answer(request: FakeRequest): FakeAnswer {
    const { url, method, headers, body } = request;
    const outside = /^\/storage\/(\d+)$/.exec(url.pathname)?.[1];
    if (outside !== undefined) {
      if (headers.authorization !== undefined) return this.service.violation('a token leaves the login');
      return answerBytes(this.entry(Number(outside))?.bytes ?? Buffer.alloc(0), headers);
    }
    const verb = url.pathname.replace('/api/v1/', '');
    if (verb === 'auth/login') return logIn(JSON.parse(String(body)));
    if (headers.authorization !== `Bearer ${FILEJUMP_TOKEN}`)
      return { status: 401, body: { message: 'Unauthenticated.' } };
    if (verb === 'drive/file-entries') return this.page(url);
    if (verb === 'uploads') return this.#upload(request);
    const id = /^file-entries\/(\d+)$/.exec(verb)?.[1];
    if (id === undefined) return this.#change(verb, JSON.parse(String(body)));
    const entry = this.entry(Number(id));
    if (entry === undefined) return { status: 404, body: { message: 'No such entry.' } };
    if (method === 'GET') return { status: 302, headers: { location: `${this.service.url}/storage/${id}` } };
    entry.name = JSON.parse(String(body)).name;
    return { status: 200, body: { status: 'success', fileEntry: facts(entry) } };
  }

  #change(verb: string, argument: Record<string, unknown>): FakeAnswer {
    const ids = (argument['entryIds'] ?? []) as number[];
    switch (verb) {
      case 'folders': {
        const folder = this.add(String(argument['name']), argument['parentId'] as number | null);
        return { status: 200, body: { status: 'success', folder: facts(folder) } };
      }
      case 'file-entries/move':
        for (const id of ids) this.entry(id, (entry) => (entry.parent = argument['destinationId'] as number));
        return { status: 200, body: { status: 'success' } };
      case 'file-entries/delete':
        if (ids.every((id) => this.entry(id) === undefined))
          return { status: 422, body: { message: 'Invalid.', errors: { 'entryIds.0': ['Not there.'] } } };
        for (const id of ids) this.entry(id, (entry) => (entry.isDeleted = true));
        return { status: 200, body: { status: 'success' } };
      default:
        return this.service.violation(`verb ${verb}`);
    }
  }

  #upload(request: FakeRequest): FakeAnswer {
    const form = readForm(request);
    const sent = Buffer.from(form.get('file') ?? '');
    const bytes = this.damages ? sent.subarray(1) : sent;
    const name = /filename="([^"]*)"/.exec(String(request.body.subarray(0, 2000)))?.[1] ?? '';
    const parent = form.get('parentId');
    const entry = this.add(name, parent === undefined ? null : Number(parent), bytes);
    return { status: 201, body: { status: 'success', fileEntry: facts(entry) } };
  }

  protected page(url: URL): FakeAnswer {
    const parent = required(url, 'parentIds') === '' ? null : Number(required(url, 'parentIds'));
    const all = this.entries.filter((entry) => entry.parent === parent);
    const page = Number(required(url, 'page'));
    const next_page = page * 2 < all.length ? page + 1 : null;
    const data = all.slice((page - 1) * 2, page * 2).map(facts);
    return { status: 200, body: { current_page: page, per_page: 2, data, next_page } };
  }

  protected entry(id: number, change: (entry: FilejumpEntry) => void = () => {}): FilejumpEntry | undefined {
    const entry = this.entries.find((candidate) => candidate.id === id && candidate.isDeleted !== true);
    if (entry !== undefined) change(entry);
    return entry;
  }
}

function logIn({ email, password }: { email: string; password: string }): FakeAnswer {
  const isRight = email === FILEJUMP_LOGIN.email && password === FILEJUMP_LOGIN.password;
  return isRight
    ? { status: 200, body: { status: 'success', user: { access_token: FILEJUMP_TOKEN } } }
    : { status: 422, body: { message: 'These credentials do not match our records.' } };
}

export function facts({ id, name, parent, bytes, isDeleted }: FilejumpEntry): unknown {
  return {
    id,
    name,
    parent_id: parent,
    type: bytes === undefined ? 'folder' : 'file',
    file_size: bytes?.length ?? 0,
    updated_at: new Date().toISOString().replace('Z', '000Z'),
    deleted_at: isDeleted === true ? new Date().toISOString() : null,
    url: `api/v1/file-entries/${id}`,
    hash: `hash-${id}`,
  };
}
