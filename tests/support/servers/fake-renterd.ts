import { createHash } from 'node:crypto';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

export const SIA_PASSWORD = 'sia-password';

const BUCKET = 'my-bucket';
const PAGE_FILES = 3;

/**
 * The interface of a renterd: one address for files, which the worker has, and one for what is known of them,
 * which the bus has.
 */
export class FakeRenterd {
  /** By their keys, which begin with a slash. */
  readonly objects = new Map<string, Buffer>();
  readonly #etags = new Map<string, string>();
  hasBucket = true;
  /** True: a byte is lost on the way. */
  damages = false;
  service!: FakeService;

  static async start(): Promise<FakeRenterd> {
    const fake = new FakeRenterd();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { method, url, headers, body } = request;
    const login = `Basic ${Buffer.from(`:${SIA_PASSWORD}`).toString('base64')}`;
    if (headers.authorization !== login) return { status: 401, body: 'Unauthorized' };
    const path = decodeURIComponent(url.pathname);
    if (path === '/api/bus/buckets' && method === 'POST') return this.#createBucket(JSON.parse(String(body)));
    if (required(url, 'bucket') !== BUCKET) return this.service.violation('another bucket');
    if (!this.hasBucket) return { status: 404, body: 'bucket not found' };
    if (path === '/api/bus/objects/rename') return this.#rename(JSON.parse(String(body)));
    if (path.startsWith('/api/bus/objects/') && method === 'GET')
      return this.#page(path.slice('/api/bus/objects'.length), url);
    if (path.startsWith('/api/worker/object/'))
      return this.#object(path.slice('/api/worker/object'.length), request);
    return this.service.violation(`${method} ${path}`);
  }

  #object(key: string, { method, headers, body }: FakeRequest): FakeAnswer {
    const bytes = this.objects.get(key);
    if (method === 'PUT') {
      this.objects.set(key, this.damages ? body.subarray(1) : body);
      this.#etags.set(key, etagOf(body));
      return { status: 200, headers: { etag: etagOf(body) } };
    }
    if (bytes === undefined) return { status: 404, body: 'object not found' };
    if (method === 'DELETE') {
      this.objects.delete(key);
      return { status: 200 };
    }
    if (method === 'HEAD') return { status: 200, headers: { etag: this.#etags.get(key) ?? '' }, body: bytes };
    return method === 'GET' ? answerBytes(bytes, headers) : this.service.violation(method);
  }

  #page(prefix: string, url: URL): FakeAnswer {
    if (required(url, 'delimiter') !== '/') return this.service.violation('no delimiter');
    const marker = url.searchParams.get('marker') ?? '';
    const inside = [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, bytes]) => {
        const slash = key.indexOf('/', prefix.length);
        return slash < 0 ? { key, size: bytes.length } : { key: key.slice(0, slash + 1), size: 0 };
      });
    const unique = [...new Map(inside.map((item) => [item.key, item])).values()]
      .sort((left, right) => (left.key < right.key ? -1 : 1))
      .filter(({ key }) => key > marker);
    const objects = unique
      .slice(0, PAGE_FILES)
      .map((item) => ({ ...item, modTime: new Date().toISOString(), health: 1, eTag: 'x' }));
    const hasMore = unique.length > PAGE_FILES;
    return { status: 200, body: { hasMore, nextMarker: hasMore ? objects.at(-1)?.key : '', objects } };
  }

  #rename({ bucket, from, to, mode, force }: Record<string, unknown>): FakeAnswer {
    const bytes = this.objects.get(String(from));
    if (bucket !== BUCKET || mode !== 'single') return this.service.violation('rename');
    if (bytes === undefined) return { status: 404, body: 'object not found' };
    if (this.objects.has(String(to)) && force !== true) return { status: 409, body: 'object already exists' };
    this.objects.delete(String(from));
    this.objects.set(String(to), bytes);
    return { status: 200 };
  }

  #createBucket({ name }: Record<string, unknown>): FakeAnswer {
    if (name !== BUCKET) return this.service.violation(`bucket ${name}`);
    if (this.hasBucket) return { status: 409, body: 'bucket already exists' };
    this.hasBucket = true;
    return { status: 200 };
  }
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
