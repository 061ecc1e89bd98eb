import { createHash } from 'node:crypto';
import { answerBytes, type FakeAnswer, type FakeRequest, FakeService, required } from './fake-service.ts';

export const PCLOUD_TOKEN = 'pcloud-token';

/**
 * pCloud's interface: everything is answered with status 200 and a result; downloads come from a host that is
 * named.
 */
export class FakePcloud {
  /** Bytes of files, `undefined` for folders, by their path. */
  readonly entries = new Map<string, Buffer | undefined>();
  damages = false;
  service!: FakeService;

  static async start(): Promise<FakePcloud> {
    const fake = new FakePcloud();
    fake.service = await FakeService.start((request) => fake.#answer(request));
    return fake;
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { url, headers, method } = request;
    if (url.pathname.startsWith('/download/')) {
      if (headers.authorization !== undefined) return this.service.violation('a token leaves the login');
      const bytes = this.entries.get(decodeURIComponent(url.pathname.slice('/download'.length)));
      return bytes === undefined ? { status: 404 } : answerBytes(bytes, headers);
    }
    if (headers.authorization !== `Bearer ${PCLOUD_TOKEN}`) return result(2094, 'Invalid access token.');
    const verb = url.pathname.slice(1);
    if ((method === 'PUT') !== (verb === 'uploadfile')) return this.service.violation(`${method} ${verb}`);
    if (verb === 'userinfo') return ok({ quota: 1000, usedquota: 100 });
    const path = required(url, 'path');
    if (path !== '/' && path.endsWith('/')) return this.service.violation(`path ${path}`);
    return this.#call(verb, path, request);
  }

  #call(verb: string, path: string, { url, body }: FakeRequest): FakeAnswer {
    switch (verb) {
      case 'listfolder':
        return this.#isFolder(path) ? ok({ metadata: { contents: this.#contents(path) } }) : NO_FOLDER;
      case 'createfolderifnotexists':
        if (!this.#isFolder(parentOf(path))) return result(2002);
        if (!this.entries.has(path)) this.entries.set(path, undefined);
        return ok({});
      case 'uploadfile':
        return this.#upload(path, url, body);
      default:
        return this.entries.get(path) === undefined ? result(2009) : this.#file(verb, path, url);
    }
  }

  #file(verb: string, path: string, url: URL): FakeAnswer {
    const bytes = this.entries.get(path);
    switch (verb) {
      case 'stat':
        return ok({ metadata: facts(path, bytes) });
      case 'getfilelink':
        return ok({
          hosts: [new URL(this.service.url).host],
          path: `/download${path.split('/').map(encodeURIComponent).join('/')}`,
        });
      case 'deletefile':
        this.entries.delete(path);
        return ok({});
      case 'renamefile': {
        const target = required(url, 'topath');
        if (!this.#isFolder(parentOf(target))) return NO_FOLDER;
        this.entries.delete(path);
        this.entries.set(target, bytes);
        return ok({});
      }
      default:
        return this.service.violation(`verb ${verb}`);
    }
  }

  #upload(folder: string, url: URL, body: Buffer): FakeAnswer {
    if (required(url, 'nopartial') !== '1') return this.service.violation('nopartial');
    if (!this.#isFolder(folder)) return NO_FOLDER;
    const path = `${folder === '/' ? '' : folder}/${required(url, 'filename')}`;
    const bytes = this.damages ? Buffer.concat([body.subarray(1), Buffer.from('x')]) : body;
    this.entries.set(path, bytes);
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    return ok({ metadata: [facts(path, bytes)], checksums: [{ sha1 }] });
  }

  #contents(folder: string): unknown[] {
    return [...this.entries]
      .filter(([path]) => path !== '/' && parentOf(path) === folder)
      .map(([path, bytes]) => facts(path, bytes));
  }

  #isFolder(path: string): boolean {
    return path === '/' || (this.entries.has(path) && this.entries.get(path) === undefined);
  }
}

function facts(path: string, bytes: Buffer | undefined): unknown {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    isfolder: bytes === undefined,
    size: bytes?.length,
    modified: Math.floor(Date.now() / 1000),
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function ok(body: object): FakeAnswer {
  return { status: 200, body: { result: 0, ...body } };
}

const NO_FOLDER = result(2005, 'Directory does not exist.');

function result(code: number, error = `Result ${code}.`): FakeAnswer {
  return { status: 200, body: { result: code, error } };
}
