import { createHash } from 'node:crypto';
import { FakeLogin } from './fake-login.ts';
import { FakeResumable } from './fake-resumable.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';
import { readRelated } from './read-form.ts';

interface StoredObject {
  readonly bytes: Buffer;
  readonly updated: string;
  retention?: { mode: string; retainUntilTime: string };
}

/** Cloud Storage's JSON interface, version 1: pages of `pageFiles`, buckets that must exist, checksums. */
export class FakeGcs {
  readonly login = new FakeLogin();
  readonly buckets = new Map<string, Map<string, StoredObject>>();
  /** When true, whatever is stored is damaged on its way. */
  damages = false;
  pageFiles = 2;
  service!: FakeService;
  readonly #uploads = new FakeResumable(
    () => this.service,
    ({ name, metadata }, bytes) => this.#store(name || String(metadata['name']), bytes),
  );
  #uploadBucket = '';

  static async start(): Promise<FakeGcs> {
    const fake = new FakeGcs();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    const { pathname } = request.url;
    if (pathname.startsWith('/session/')) return this.#uploads.go(request);
    const [, kind, bucketText, objectText, rest] =
      /^\/(upload\/storage\/v1|(?:download\/)?storage\/v1)\/b(?:\/([^/]+)(?:\/o(?:\/([^/]+)(.*))?)?)?$/.exec(
        pathname,
      ) ?? [];
    if (kind === undefined) return this.service.violation(`path ${pathname}`);
    if (bucketText === undefined) return this.#createBucket(request);
    const bucket = this.buckets.get(decodeURIComponent(bucketText));
    if (bucket === undefined) return failure(404, 'notFound', 'The specified bucket does not exist.');
    if (kind.startsWith('upload')) {
      this.#uploadBucket = decodeURIComponent(bucketText);
      return this.#upload(request);
    }
    if (objectText === undefined) return this.#list(bucket, request);
    return this.#object(bucket, decodeURIComponent(objectText), rest ?? '', request);
  }

  #upload(request: FakeRequest): FakeAnswer {
    const kind = required(request.url, 'uploadType');
    if (kind === 'resumable') return this.#uploads.begin(request);
    if (kind !== 'multipart') return this.service.violation(`uploadType ${kind}`);
    const [metadata, bytes] = readRelated(request);
    return this.#store(String(JSON.parse(String(metadata)).name), bytes);
  }

  #createBucket({ method, url, body }: FakeRequest): FakeAnswer {
    if (method !== 'POST') return this.service.violation('buckets are created by POST');
    required(url, 'project');
    const name = String(JSON.parse(String(body)).name);
    if (this.buckets.has(name)) return failure(409, 'conflict', 'You already own this bucket.');
    this.buckets.set(name, new Map());
    return { status: 200, body: { name } };
  }

  #list(bucket: Map<string, StoredObject>, { url }: FakeRequest): FakeAnswer {
    const prefix = url.searchParams.get('prefix') ?? '';
    const delimiter = url.searchParams.get('delimiter');
    const names = [...bucket.keys()]
      .filter((name) => name.startsWith(prefix))
      .filter((name) => delimiter === null || !name.slice(prefix.length).includes(delimiter))
      .sort();
    const start = Number(url.searchParams.get('pageToken') || 0);
    const end = start + Math.min(this.pageFiles, Number(url.searchParams.get('maxResults') ?? 1000));
    const items = names.slice(start, end).map((name) => this.#facts(name, bucket.get(name)));
    return {
      status: 200,
      body: { kind: 'storage#objects', items, ...(end < names.length ? { nextPageToken: String(end) } : {}) },
    };
  }

  #object(bucket: Map<string, StoredObject>, name: string, rest: string, request: FakeRequest): FakeAnswer {
    const found = bucket.get(name);
    if (found === undefined) return failure(404, 'notFound', `No such object: ${name}`);
    const { method, url, headers, body } = request;
    if (rest !== '') return this.#rewrite(bucket, found, rest, url);
    if (method === 'GET') {
      return url.searchParams.get('alt') === 'media'
        ? answerBytes(found.bytes, headers)
        : { status: 200, body: this.#facts(name, found) };
    }
    if (method === 'PATCH') {
      found.retention = JSON.parse(String(body)).retention;
      return { status: 200, body: this.#facts(name, found) };
    }
    if (method !== 'DELETE') return this.service.violation(`${method} of an object`);
    if (Date.parse(found.retention?.retainUntilTime ?? '') > Date.now())
      return failure(403, 'objectUnderActiveHold', 'The object is locked.');
    bucket.delete(name);
    return { status: 204 };
  }

  /** In two steps, as for large objects. */
  #rewrite(bucket: Map<string, StoredObject>, found: StoredObject, rest: string, url: URL): FakeAnswer {
    const [, target = ''] = /^\/rewriteTo\/b\/[^/]+\/o\/([^/]+)$/.exec(rest) ?? [];
    const newName = decodeURIComponent(target);
    if (newName === '') return this.service.violation(`rewrite ${rest}`);
    if (url.searchParams.get('ifGenerationMatch') === '0' && bucket.has(newName))
      return failure(412, 'conditionNotMet', 'Precondition Failed');
    if ((url.searchParams.get('rewriteToken') ?? '') === '')
      return { status: 200, body: { done: false, rewriteToken: 'go-on' } };
    bucket.set(newName, { bytes: found.bytes, updated: new Date().toISOString() });
    return { status: 200, body: { done: true, resource: this.#facts(newName, found) } };
  }

  #store(name: string, bytes: Buffer): FakeAnswer {
    const kept = this.damages ? Buffer.concat([bytes.subarray(1), Buffer.from('x')]) : bytes;
    const stored = { bytes: kept, updated: new Date().toISOString() };
    this.buckets.get(this.#uploadBucket)?.set(name, stored);
    return { status: 200, body: this.#facts(name, stored) };
  }

  #bucketOf(object: StoredObject | undefined): string {
    const found = [...this.buckets].find(([, objects]) =>
      [...objects.values()].some((one) => one === object),
    );
    return found?.[0] ?? this.#uploadBucket;
  }

  #facts(name: string, object: StoredObject | undefined): unknown {
    const bytes = object?.bytes ?? Buffer.alloc(0);
    return {
      kind: 'storage#object',
      name,
      mediaLink: `${this.service.url}/download/storage/v1/b/${this.#bucketOf(object)}/o/${encodeURIComponent(name)}?alt=media`,
      size: String(bytes.length),
      updated: object?.updated,
      timeCreated: object?.updated,
      md5Hash: createHash('md5').update(bytes).digest('base64'),
      retention: object?.retention,
    };
  }
}

function failure(code: number, reason: string, message: string): FakeAnswer {
  return {
    status: code,
    body: { error: { code, message, errors: [{ domain: 'global', reason, message }] } },
  };
}
