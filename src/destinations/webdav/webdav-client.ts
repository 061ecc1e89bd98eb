import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { encodePathPart } from '../support/encode-path.ts';
import {
  discardBody,
  type FailureContext,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readFailure,
} from '../support/http/index.ts';
import { PROPFIND_BODY } from './listing.ts';
import type { Login } from './login.ts';

export interface WebdavParts {
  readonly http: HttpClient;
  /** Ends in a slash. */
  readonly folder: URL;
  readonly login: Login;
  /** Kept out of messages. */
  readonly secrets: readonly string[];
}

export type WebdavRequest = Omit<HttpRequest, 'url'> & { readonly url?: URL };

/** Requests to one folder of a WebDAV server, with the login, and the questions that several verbs ask. */
export class WebdavClient implements Disposable {
  readonly #parts: WebdavParts;

  constructor(parts: WebdavParts) {
    this.#parts = parts;
  }

  get folder(): URL {
    return this.#parts.folder;
  }

  [Symbol.dispose](): void {
    this.#parts.http[Symbol.dispose]();
  }

  /** Makes one folder after those above it. MKCOL makes one level only. */
  async makeFolder(url: URL, options: SignalOptions): Promise<void> {
    const make = (): Promise<HttpResponse> => this.send({ ...options, method: 'MKCOL', url, limit: 'short' });
    let response = await make();
    if (response.status === 409 && url.pathname !== '/') {
      await discardBody(response);
      const above = url.pathname.replace(/[^/]*\/$/, '');
      await this.makeFolder(new URL(above, url), options);
      response = await make();
    }
    // 405: it exists already.
    if (response.status === 405) await discardBody(response);
    else await discardBody(await this.expect(response, { action: 'create the folder' }, [200, 201, 204]));
  }

  /** Tells a missing file from a missing folder, which servers answer alike. */
  async missing(name: string, response: HttpResponse, options: SignalOptions): Promise<DestinationError> {
    await discardBody(response);
    if (!(await this.folderExists(options))) return folderMissing(this.folder);
    return new DestinationError('destination-file-missing', `There is no file '${name}' in the folder.`, {
      details: { name },
    });
  }

  /** Some servers refuse to move a missing file as if it were forbidden. */
  async hasFile(name: string, options: SignalOptions): Promise<boolean> {
    const response = await this.send({ ...options, method: 'HEAD', url: this.urlOf(name), limit: 'short' });
    await discardBody(response);
    return response.status !== 404;
  }

  async folderExists(options: SignalOptions): Promise<boolean> {
    try {
      await discardBody(await this.propfind('0', 'short', options));
      return true;
    } catch (error) {
      if (error instanceof DestinationError && error.code === 'destination-folder-missing') return false;
      throw error;
    }
  }

  /** Whatever the server answers to the question what is there. */
  askAbout(
    url: URL,
    depth: '0' | '1',
    limit: 'list' | 'short',
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const headers = { depth, 'content-type': 'application/xml; charset=utf-8' };
    return this.send({ ...options, method: 'PROPFIND', url, headers, body: PROPFIND_BODY, limit });
  }

  async propfind(depth: '0' | '1', limit: 'list' | 'short', options: SignalOptions): Promise<HttpResponse> {
    const response = await this.askAbout(this.folder, depth, limit, options);
    if (response.status === 409) {
      await discardBody(response);
      throw folderMissing(this.folder);
    }
    const failure: FailureContext = { action: 'list the folder', missing: 'destination-folder-missing' };
    return this.expect(response, failure, [207]);
  }

  async expect(
    response: HttpResponse,
    failure: FailureContext,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await this.failure(response, failure);
  }

  failure(response: HttpResponse, failure: FailureContext): Promise<DestinationError> {
    return readFailure(response, { ...failure, secrets: this.#parts.secrets });
  }

  /** Sends with the login; a challenge of the server is met once. */
  async send(request: WebdavRequest): Promise<HttpResponse> {
    const { login } = this.#parts;
    const { url = this.folder } = request;
    // A whole file is not sent only to learn the challenge.
    if (login.needsChallenge && request.body !== undefined)
      await discardBody(await this.send({ method: 'OPTIONS', signal: request.signal, limit: 'short' }));
    const response = await this.#sendOnce({ ...request, url });
    if (response.status !== 401 || !login.learn(response)) return response;
    await discardBody(response);
    return this.#sendOnce({ ...request, url });
  }

  #sendOnce(request: HttpRequest): Promise<HttpResponse> {
    const { http, login } = this.#parts;
    const headers = { ...request.headers, ...login.headers(request.method, request.url) };
    return http.send({ ...request, headers });
  }

  urlOf(name: string): URL {
    return new URL(encodePathPart(name), this.folder);
  }
}

/** The error for a destination whose folder is not there. */
export function folderMissing({ host, pathname }: URL): DestinationError {
  return new DestinationError('destination-folder-missing', `There is no folder '${pathname}' on ${host}.`, {
    details: { host, path: pathname },
  });
}
