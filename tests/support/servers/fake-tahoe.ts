import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

export const TAHOE_CAP = 'URI:DIR2:aaaa:bbbb';

/** The web interface of a Tahoe-LAFS node with one folder that can be written. */
export class FakeTahoe {
  /** Bytes of files, `undefined` for folders, by their path below the folder. */
  readonly entries = new Map<string, Buffer | undefined>([['', undefined]]);
  service!: FakeService;

  static async start(): Promise<FakeTahoe> {
    const fake = new FakeTahoe();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  #answer({ method, url, headers, body }: FakeRequest): FakeAnswer {
    const [marker, cap = '', ...parts] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    if (marker !== 'uri' || cap !== TAHOE_CAP) return { status: 410, body: 'NotEnoughSharesError' };
    const path = parts.map((part) => `/${part}`).join('');
    if (method === 'POST') return this.#change(path, url);
    if (method === 'PUT') {
      this.#makeFolders(path.slice(0, path.lastIndexOf('/')));
      this.entries.set(path, body);
      return { status: 201, body: 'URI:CHK:x' };
    }
    if (!this.entries.has(path)) return { status: 404, body: `No such child: ${path}` };
    if (method === 'DELETE') {
      this.entries.delete(path);
      return { status: 200 };
    }
    const bytes = this.entries.get(path);
    if (url.searchParams.get('t') === 'json') return this.#json(path, bytes);
    return bytes === undefined ? this.service.violation('a folder is no file') : answerBytes(bytes, headers);
  }

  #json(path: string, bytes: Buffer | undefined): FakeAnswer {
    if (bytes !== undefined) return { status: 200, body: JSON.stringify(fileNode(bytes)) };
    const children = [...this.entries]
      .filter(([key]) => key !== '' && key.slice(0, key.lastIndexOf('/')) === path)
      .map(([key, content]) => [
        key.slice(key.lastIndexOf('/') + 1),
        content === undefined ? ['dirnode', {}] : fileNode(content),
      ]);
    return { status: 200, body: JSON.stringify(['dirnode', { children: Object.fromEntries(children) }]) };
  }

  #change(path: string, url: URL): FakeAnswer {
    if (required(url, 't') === 'mkdir') {
      this.#makeFolders(path);
      return { status: 200, body: 'URI:DIR2:cccc:dddd' };
    }
    if (required(url, 't') !== 'relink') return this.service.violation(url.search);
    const from = `${path}/${required(url, 'from_name')}`;
    const [cap, ...folders] = required(url, 'to_dir').split('/').map(decodeURIComponent);
    if (cap !== TAHOE_CAP) return this.service.violation('to_dir');
    const to = `${folders.map((folder) => `/${folder}`).join('')}/${required(url, 'to_name')}`;
    if (!this.entries.has(from)) return { status: 404 };
    if (this.entries.has(to) && url.searchParams.get('replace') === 'false') return { status: 409 };
    const bytes = this.entries.get(from);
    this.entries.delete(from);
    this.entries.set(to, bytes);
    return { status: 200 };
  }

  #makeFolders(path: string): void {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) this.entries.set(at, undefined);
  }
}

function fileNode(bytes: Buffer): unknown {
  const linkmotime = Date.now() / 1000;
  return ['filenode', { size: bytes.length, mutable: false, metadata: { tahoe: { linkmotime } } }];
}
