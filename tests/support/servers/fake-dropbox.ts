import { ContentHash } from '../../../src/destinations/dropbox/content-hash.ts';
import { FakeLogin } from './fake-login.ts';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService } from './fake-service.ts';

interface DropboxFile {
  /** As it was first written. */
  readonly path: string;
  /** Absent for a folder. */
  readonly bytes?: Buffer;
}

/** Dropbox's interface, version 2: paths without regard to case, pages of two, upload sessions with offsets. */
export class FakeDropbox {
  readonly login = new FakeLogin();
  /** By the path in lower case. */
  readonly entries = new Map<string, DropboxFile>();
  damages = false;
  service!: FakeService;
  readonly #sessions = new Map<string, Buffer[]>();
  readonly #cursors = new Map<string, readonly unknown[]>();

  static async start(): Promise<FakeDropbox> {
    const fake = new FakeDropbox();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  add(path: string, bytes?: Buffer): DropboxFile {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (parent !== '' && !this.entries.has(parent.toLowerCase())) this.add(parent);
    const entry = { path, ...(bytes === undefined ? {} : { bytes }) };
    this.entries.set(path.toLowerCase(), entry);
    return entry;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const refusal = this.login.answer(request);
    if (refusal !== undefined) return refusal;
    const { url, method, headers, body } = request;
    if (method !== 'POST') return this.service.violation(`method ${method}`);
    const verb = url.pathname.replace('/2/', '');
    const header = headers['dropbox-api-arg'];
    if (header !== undefined) return this.#transfer(verb, JSON.parse(String(header)), request);
    if (headers['content-type'] !== 'application/json')
      return this.service.violation('content type of a call');
    return this.#call(verb, JSON.parse(String(body)) ?? {});
  }

  #call(verb: string, argument: Record<string, string>): FakeAnswer {
    const { path = '', cursor = '', from_path: from = '', to_path: to = '' } = argument;
    if ([path, from, to].some((text) => text !== '' && !text.startsWith('/')))
      return this.service.violation('a path begins with a slash');
    const found = this.entries.get(path.toLowerCase());
    switch (verb) {
      case 'files/list_folder':
        return path === '' || (found !== undefined && found.bytes === undefined)
          ? this.#page(this.#children(path))
          : conflict('path/not_found/');
      case 'files/list_folder/continue':
        return this.#page(this.#cursors.get(cursor) ?? []);
      case 'files/get_metadata':
        return found === undefined ? conflict('path/not_found/...') : { status: 200, body: facts(found) };
      case 'files/create_folder_v2':
        if (found !== undefined) return conflict('path/conflict/folder/..');
        return { status: 200, body: { metadata: facts(this.add(path)) } };
      case 'files/delete_v2':
        if (found === undefined) return conflict('path_lookup/not_found/.');
        this.entries.delete(path.toLowerCase());
        return { status: 200, body: { metadata: facts(found) } };
      case 'files/move_v2':
        return this.#move(from, to);
      case 'users/get_space_usage':
        return {
          status: 200,
          body: { used: 300, allocation: { '.tag': 'individual', allocated: 1000 } },
        };
      default:
        return this.service.violation(`verb ${verb}`);
    }
  }

  #move(from: string, to: string): FakeAnswer {
    const found = this.entries.get(from.toLowerCase());
    if (found?.bytes === undefined) return conflict('from_lookup/not_found/');
    if (this.entries.has(to.toLowerCase())) return conflict('to/conflict/file/');
    this.entries.delete(from.toLowerCase());
    return { status: 200, body: { metadata: facts(this.add(to, found.bytes)) } };
  }

  #transfer(verb: string, argument: Record<string, unknown>, { headers, body }: FakeRequest): FakeAnswer {
    if (verb === 'files/download') {
      if (body.length > 0 || headers['content-type'] !== undefined)
        return this.service.violation('a download has no body');
      const found = this.entries.get(String(argument['path']).toLowerCase());
      return found?.bytes === undefined ? conflict('path/not_found/.') : answerBytes(found.bytes, headers);
    }
    if (headers['content-type'] !== 'application/octet-stream')
      return this.service.violation('content type of an upload');
    if (verb === 'files/upload') return this.#store(argument, body);
    if (verb === 'files/upload_session/start') {
      const id = `session-${this.#sessions.size + 1}`;
      this.#sessions.set(id, [body]);
      return { status: 200, body: { session_id: id } };
    }
    return this.#continue(verb, argument, body);
  }

  #continue(verb: string, argument: Record<string, unknown>, body: Buffer): FakeAnswer {
    const { session_id: id, offset } = argument['cursor'] as { session_id: string; offset: number };
    const pieces = this.#sessions.get(id);
    if (pieces === undefined) return conflict('lookup_failed/not_found/');
    const arrived = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const wrong = { '.tag': 'incorrect_offset', correct_offset: arrived };
    if (verb === 'files/upload_session/append_v2') {
      if (offset !== arrived) return conflict('incorrect_offset/.', wrong);
      pieces.push(body);
      return { status: 200, body: 'null' };
    }
    if (verb !== 'files/upload_session/finish') return this.service.violation(`verb ${verb}`);
    if (offset !== arrived)
      return conflict('lookup_failed/incorrect_offset/', { '.tag': 'lookup_failed', lookup_failed: wrong });
    this.#sessions.delete(id);
    const commit = argument['commit'] as Record<string, unknown>;
    return this.#store(commit, Buffer.concat([...pieces, body]));
  }

  #store({ path, mode, autorename }: Record<string, unknown>, bytes: Buffer): FakeAnswer {
    if (mode !== 'overwrite' || autorename !== false) return this.service.violation('how files are replaced');
    const kept = this.damages ? Buffer.concat([bytes.subarray(1), Buffer.from('x')]) : bytes;
    return { status: 200, body: facts(this.add(String(path), kept)) };
  }

  #children(path: string): unknown[] {
    const start = `${path.toLowerCase()}/`;
    return [...this.entries]
      .filter(([key]) => key.startsWith(start) && !key.slice(start.length).includes('/'))
      .map(([, entry]) => facts(entry));
  }

  #page(entries: readonly unknown[]): FakeAnswer {
    const cursor = `cursor-${this.#cursors.size}`;
    this.#cursors.set(cursor, entries.slice(2));
    return { status: 200, body: { entries: entries.slice(0, 2), cursor, has_more: entries.length > 2 } };
  }
}

function facts({ path, bytes }: DropboxFile): unknown {
  const common = { name: path.slice(path.lastIndexOf('/') + 1), path_display: path };
  if (bytes === undefined) return { '.tag': 'folder', ...common };
  const hash = new ContentHash();
  hash.update(bytes);
  return {
    '.tag': 'file',
    ...common,
    size: bytes.length,
    server_modified: `${new Date().toISOString().slice(0, 19)}Z`,
    content_hash: hash.digest().toString('hex'),
  };
}

function conflict(summary: string, error: unknown = { '.tag': summary.split('/')[0] }): FakeAnswer {
  return { status: 409, body: { error_summary: summary, error } };
}
