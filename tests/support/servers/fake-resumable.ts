import type { FakeAnswer, FakeRequest, FakeService } from './fake-service.ts';

interface Session {
  readonly metadata: Record<string, unknown>;
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieces: Buffer[];
}

/** Google's resumable uploads, for the stand-ins of Cloud Storage and Drive. */
export class FakeResumable {
  readonly #sessions = new Map<string, Session>();
  readonly #service: () => FakeService;
  readonly #store: (session: Session, bytes: Buffer) => FakeAnswer;

  constructor(service: () => FakeService, store: (session: Session, bytes: Buffer) => FakeAnswer) {
    this.#service = service;
    this.#store = store;
  }

  begin({ url, headers, body }: FakeRequest): FakeAnswer {
    const id = String(this.#sessions.size + 1);
    const text = String(body);
    this.#sessions.set(id, {
      metadata: text === '' ? {} : JSON.parse(text),
      name: url.searchParams.get('name') ?? '',
      sizeBytes: Number(headers['x-upload-content-length'] ?? Number.NaN),
      pieces: [],
    });
    return { status: 200, headers: { location: `${this.#service().url}/session/${id}` } };
  }

  /** A request to the address of a session. Google's own clients ask for another form of the answer "go on". */
  go(request: FakeRequest): FakeAnswer {
    const answer = this.#receive(request);
    if (answer.status !== 308 || request.headers['x-guploader-no-308'] !== 'yes') return answer;
    return { status: 200, headers: { ...answer.headers, 'x-http-status-code-override': '308' } };
  }

  #receive({ url, method, headers, body }: FakeRequest): FakeAnswer {
    const session = this.#sessions.get(url.pathname.replace('/session/', ''));
    if (session === undefined) return { status: 404 };
    if (method === 'DELETE') return { status: 499 };
    const range = headers['content-range'] ?? '';
    const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range);
    if (match === null) return this.#service().violation(`content-range '${range}'`);
    const arrived = Buffer.concat(session.pieces);
    const total = match[3] === '*' ? undefined : Number(match[3]);
    if (match[1] === undefined) {
      if (body.length > 0) return this.#service().violation('a question with a body');
      return total === arrived.length ? this.#store(session, arrived) : progress(arrived.length);
    }
    const [first, last] = [Number(match[1]), Number(match[2])];
    if (last - first + 1 !== body.length) return this.#service().violation('the range has another length');
    if (first !== arrived.length) return progress(arrived.length);
    const isLast = last + 1 === total;
    if (!isLast && body.length % 262_144 !== 0)
      return this.#service().violation('a chunk that is no multiple of 256 KiB');
    session.pieces.push(body);
    return isLast ? this.#store(session, Buffer.concat(session.pieces)) : progress(last + 1);
  }
}

function progress(arrivedBytes: number): FakeAnswer {
  return {
    status: 308,
    ...(arrivedBytes === 0 ? {} : { headers: { range: `bytes=0-${arrivedBytes - 1}` } }),
  };
}
