import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';
import { readForm } from './read-form.ts';

export const MOVISTAR_LOGIN = {
  email: 'me@example.org',
  password: 'movistar-password',
  deviceid: 'web-0123',
};

const ROOT = 1;

interface MovistarItem {
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  /** Absent for a folder. */
  readonly bytes?: Buffer;
  /** How often the validation is still to be asked for. */
  pending: number;
}

/**
 * Movistar Cloud's interface: a cookie and a key in the address, uploads that are accepted later, a page for
 * people when a session is over.
 */
export class FakeMovistar {
  readonly items: MovistarItem[] = [];
  #session = 0;
  #count = ROOT;
  damages = false;
  /** How many questions an upload waits for. */
  delay = 1;
  service!: FakeService;

  static async start(): Promise<FakeMovistar> {
    const fake = new FakeMovistar();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  add(name: string, parent: number, bytes?: Buffer): MovistarItem {
    this.#count += 1;
    const content = bytes === undefined ? {} : { bytes };
    const item = { id: this.#count, name, parent, pending: this.delay, ...content };
    this.items.push(item);
    return item;
  }

  expire(): void {
    this.#session += 1;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, headers, body } = request;
    const download = /^\/download\/(\d+)$/.exec(url.pathname)?.[1];
    if (download !== undefined) {
      if (headers.cookie !== undefined) return this.service.violation('a cookie leaves the login');
      const bytes = this.#find(Number(download))?.bytes;
      return bytes === undefined ? { status: 404 } : answerBytes(bytes, headers);
    }
    const verb = `${url.pathname.replace('/sapi/', '')} ${required(url, 'action')}`;
    if (verb === 'login login') return this.#logIn(request);
    const key = `key-${this.#session}`;
    if (headers.cookie !== `JSESSIONID=id-${this.#session}; validationkey=${key}`) return LOGIN_PAGE;
    if (required(url, 'validationkey') !== key) return LOGIN_PAGE;
    if (verb === 'upload save') return this.#upload(request);
    const data = body.length === 0 ? {} : JSON.parse(String(body)).data;
    return this.#call(verb, url, data);
  }

  #logIn({ body, headers }: FakeRequest): FakeAnswer {
    const form = new URLSearchParams(String(body));
    const { email, password, deviceid } = MOVISTAR_LOGIN;
    const isRight = form.get('login') === email && form.get('password') === password;
    if (!isRight || headers['x-deviceid'] !== deviceid)
      return { status: 403, body: { error: { code: 'SEC-1002', message: 'Invalid credentials' } } };
    return ok({ jsessionid: `id-${this.#session}`, validationkey: `key-${this.#session}` });
  }

  #call(verb: string, url: URL, data: Record<string, unknown>): FakeAnswer {
    switch (verb) {
      case 'media/folder/root get':
        return ok({ folders: [{ id: ROOT, name: '/' }] });
      case 'media/folder list':
        return this.#list(Number(required(url, 'parentid')), url, 'folders');
      case 'media/folder save':
        return ok({ folder: { id: this.add(String(data['name']), Number(data['parentid'])).id } });
      case 'media get':
        return url.searchParams.has('folderid')
          ? this.#list(Number(required(url, 'folderid')), url, 'media')
          : ok({ media: this.#chosen(data).map((item) => this.#facts(item)) });
      case 'media get-validation-status':
        return this.#validate(data);
      case 'media/file delete':
        return this.#delete(url, data);
      default:
        return this.service.violation(verb);
    }
  }

  #list(parent: number, url: URL, list: 'folders' | 'media'): FakeAnswer {
    if (parent !== ROOT && this.#find(parent) === undefined) return { status: 404, body: {} };
    const inside = this.items.filter(
      (item) => item.parent === parent && (item.bytes === undefined) === (list === 'folders'),
    );
    const offset = Number(required(url, 'offset'));
    const page = inside.slice(offset, offset + Number(required(url, 'limit')));
    return ok({ [list]: page.map((item) => this.#facts(item)) });
  }

  #validate(data: Record<string, unknown>): FakeAnswer {
    const [{ id } = { id: 0 }] = data['ids'] as { id: number }[];
    const item = this.#find(id);
    if (item === undefined) return { status: 404, body: {} };
    item.pending -= 1;
    return ok({ ids: [{ id, status: item.pending < 0 ? 'U' : 'P' }] });
  }

  #delete(url: URL, data: Record<string, unknown>): FakeAnswer {
    if (required(url, 'softdelete') !== 'true') return this.service.violation('not into the trash');
    const ids = data['files'] as number[];
    if (ids.every((id) => this.#find(id) === undefined)) return { status: 404, body: {} };
    for (const id of ids) this.items.splice(0, Infinity, ...this.items.filter((item) => item.id !== id));
    return ok({});
  }

  #upload(request: FakeRequest): FakeAnswer {
    const form = readForm(request);
    const { data } = JSON.parse(String(form.get('data')));
    const sent = Buffer.from(form.get('file') ?? '');
    if (data.size !== sent.length) return this.service.violation('another size');
    const parent = Number(data.folderid);
    if (parent !== ROOT && this.#find(parent) === undefined) return { status: 404, body: {} };
    const item = this.add(data.name, parent, this.damages ? sent.subarray(1) : sent);
    return { status: 200, body: { success: 'ok', id: String(item.id), status: 'P', etag: 'x' } };
  }

  #chosen(data: Record<string, unknown>): readonly MovistarItem[] {
    const ids = data['ids'] as number[];
    return this.items.filter(({ id }) => ids.includes(id));
  }

  #find(id: number): MovistarItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  #facts({ id, name, bytes }: MovistarItem): unknown {
    if (bytes === undefined) return { id, name, date: Date.now() };
    const url = `${this.service.url}/download/${id}?signature=x`;
    return { id: String(id), name, size: bytes.length, modificationdate: Date.now(), etag: 'x', url };
  }
}

const LOGIN_PAGE: FakeAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><title>Movistar Cloud</title>',
};

function ok(data: object): FakeAnswer {
  return { status: 200, body: { data, responsetime: 1 } };
}
