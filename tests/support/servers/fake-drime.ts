import { createHash, randomUUID } from 'node:crypto';
import { FakeFilejump, FILEJUMP_TOKEN, facts } from './fake-filejump.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, required } from './fake-service.ts';

const WORKSPACE = '7';
const LARGEST_FORM = 5 * 1024 * 1024;

interface Session {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
  /** What the parts make, once the upload is complete. */
  whole?: Buffer;
}

/**
 * Drime's interface: Filejump's, with workspaces, downloads by hash, and large files in parts that go to
 * addresses of their own.
 */
export class FakeDrime extends FakeFilejump {
  readonly sessions = new Map<string, Session>();

  protected override answer(request: FakeRequest): FakeAnswer {
    const { url, method, headers, body } = request;
    const part = /^\/parts\/([^/]+)\/(\d+)$/.exec(url.pathname);
    if (part !== null) return this.#storePart(part[1] ?? '', Number(part[2]), request);
    const verb = url.pathname.replace('/api/v1/', '');
    if (url.pathname.startsWith('/storage/') || verb === 'auth/login') return super.answer(request);
    if (headers.authorization !== `Bearer ${FILEJUMP_TOKEN}`) return super.answer(request);
    if (required(url, 'workspaceId') !== WORKSPACE) return this.service.violation('another workspace');
    const hash = /^file-entries\/download\/hash-(\d+)$/.exec(verb)?.[1];
    if (hash !== undefined) {
      const bytes = this.entry(Number(hash))?.bytes;
      return bytes === undefined ? { status: 404, body: { message: 'Gone.' } } : answerBytes(bytes, headers);
    }
    if (/^file-entries\/\d+$/.test(verb) && method === 'GET')
      return this.service.violation('no such download');
    if (verb === 'uploads' && body.length > LARGEST_FORM + 2000)
      return this.service.violation('too large a form');
    if (verb.startsWith('s3/')) return this.#inParts(verb, JSON.parse(String(body)));
    return super.answer(request);
  }

  protected override page(url: URL): FakeAnswer {
    const parent = required(url, 'parentIds') === '' ? null : Number(required(url, 'parentIds'));
    const all = this.entries.filter((entry) => entry.parent === parent);
    const page = Number(required(url, 'page'));
    const data = all.slice((page - 1) * 2, page * 2).map(facts);
    return { status: 200, body: { current_page: page, last_page: Math.ceil(all.length / 2), data } };
  }

  #inParts(verb: string, argument: Record<string, unknown>): FakeAnswer {
    if (verb === 's3/multipart/create') return this.#begin(argument);
    if (verb === 's3/entries') return this.#register(argument);
    const session = this.sessions.get(String(argument['uploadId']));
    if (session === undefined || session.key !== argument['key']) return { status: 404, body: {} };
    switch (verb) {
      case 's3/multipart/batch-sign-part-urls': {
        const numbers = argument['partNumbers'] as number[];
        const urls = numbers.map((partNumber) => ({
          partNumber,
          url: `${this.service.url}/parts/${argument['uploadId']}/${partNumber}?signature=x`,
        }));
        return { status: 200, body: { status: 'success', urls } };
      }
      case 's3/multipart/complete':
        return this.#complete(session, argument['parts'] as { PartNumber: number; ETag: string }[]);
      case 's3/multipart/abort':
        this.sessions.delete(String(argument['uploadId']));
        return { status: 200, body: { status: 'success' } };
      default:
        return this.service.violation(`verb ${verb}`);
    }
  }

  #begin({ size, workspaceId, parentId }: Record<string, unknown>): FakeAnswer {
    if (Number(size) < LARGEST_FORM || String(workspaceId) !== WORKSPACE)
      return this.service.violation(`an upload in parts of ${size} bytes`);
    if (parentId !== null && this.entry(Number(parentId)) === undefined) return { status: 404, body: {} };
    const uploadId = randomUUID();
    const key = `uploads/${randomUUID()}`;
    this.sessions.set(uploadId, { key, parts: new Map() });
    return { status: 201, body: { status: 'success', uploadId, key } };
  }

  #storePart(uploadId: string, number: number, { headers, body, method }: FakeRequest): FakeAnswer {
    if (headers.authorization !== undefined || method !== 'PUT')
      return this.service.violation('a signed PUT');
    if (headers['content-type'] !== undefined) return this.service.violation('a header that is not signed');
    const session = this.sessions.get(uploadId);
    if (session === undefined) return { status: 404 };
    session.parts.set(number, this.damages ? body.subarray(1) : body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }

  #complete(session: Session, parts: { PartNumber: number; ETag: string }[]): FakeAnswer {
    const bytes = parts.map(({ PartNumber, ETag }, index) => {
      const part = session.parts.get(PartNumber);
      if (part === undefined || PartNumber !== index + 1) throw new Error('a part is missing');
      if (!this.damages && ETag !== etagOf(part)) throw new Error('another part');
      if (index + 1 < parts.length && part.length < LARGEST_FORM) throw new Error('too small a part');
      return part;
    });
    session.whole = Buffer.concat(bytes);
    return { status: 200, body: { status: 'success', location: session.key } };
  }

  #register(argument: Record<string, unknown>): FakeAnswer {
    const session = [...this.sessions.values()].find(({ key }) => key.endsWith(`/${argument['filename']}`));
    const { whole } = session ?? {};
    if (whole === undefined) return this.service.violation('an entry without its bytes');
    const entry = this.add(String(argument['clientName']), argument['parentId'] as number | null, whole);
    return { status: 200, body: { status: 'success', fileEntry: facts(entry) } };
  }
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
