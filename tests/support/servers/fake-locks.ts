import { createHash } from 'node:crypto';
import type { FakeAnswer, FakeRequest } from './fake-service.ts';

interface LockedFile {
  readonly bytes: Buffer;
  untilMs: number;
  mode: string;
}

/**
 * What object stores have in common that lock files: a lock may grow, shrinks only where it is open, and
 * holds a file against deletion.
 */
class FakeLocks {
  readonly files = new Map<string, LockedFile>();

  /** False where the lock must not be changed so. */
  protected set(file: LockedFile, mode: string, untilMs: number, openMode: string): boolean {
    if (file.mode !== openMode && file.mode !== '' && untilMs < file.untilMs) return false;
    file.mode = mode;
    file.untilMs = untilMs;
    return true;
  }

  protected isLocked({ untilMs }: LockedFile): boolean {
    return untilMs > Date.now();
  }
}

/** Object Lock of S3's interface: `?retention` of an object, in XML, with the MD5 that it demands. */
export class FakeS3Locks extends FakeLocks {
  answer({ method, url, headers, body }: FakeRequest): FakeAnswer {
    if (headers['x-amz-content-sha256'] === undefined || headers.authorization === undefined)
      return error(403, 'AccessDenied');
    const file = this.files.get(url.pathname);
    if (method === 'PUT' && url.search === '') {
      this.files.set(url.pathname, { bytes: body, untilMs: 0, mode: '' });
      return { status: 200, headers: { etag: `"${md5(body, 'hex')}"` } };
    }
    if (file === undefined) return error(404, 'NoSuchKey');
    if (url.searchParams.has('retention'))
      return method === 'PUT' ? this.#retain(file, headers['content-md5'], body) : tell(file);
    if (method === 'HEAD') return { status: 200, body: file.bytes };
    if (method !== 'DELETE') return error(405, 'MethodNotAllowed');
    if (this.isLocked(file)) return error(403, 'AccessDenied');
    this.files.delete(url.pathname);
    return { status: 204 };
  }

  #retain(file: LockedFile, hash: string | string[] | undefined, body: Buffer): FakeAnswer {
    if (hash !== md5(body, 'base64')) return error(400, 'InvalidRequest');
    const [, mode = ''] = /<Mode>(GOVERNANCE|COMPLIANCE)<\/Mode>/.exec(String(body)) ?? [];
    const [, until = ''] = /<RetainUntilDate>([^<]+)<\/RetainUntilDate>/.exec(String(body)) ?? [];
    if (mode === '' || !(Date.parse(until) > Date.now())) return error(400, 'MalformedXML');
    return this.set(file, mode, Date.parse(until), 'GOVERNANCE')
      ? { status: 200 }
      : error(403, 'AccessDenied');
  }
}

/** Immutability policies of Azure's blobs: headers of `?comp=immutabilityPolicies`, told by a HEAD. */
export class FakeAzureLocks extends FakeLocks {
  answer({ method, url, headers, body }: FakeRequest): FakeAnswer {
    if (headers.authorization === undefined || headers['x-ms-version'] === undefined) return { status: 403 };
    const file = this.files.get(url.pathname);
    const comp = url.searchParams.get('comp');
    if (method === 'PUT' && comp === null) {
      this.files.set(url.pathname, { bytes: body, untilMs: 0, mode: '' });
      return { status: 201, headers: { 'content-md5': md5(body, 'base64') } };
    }
    if (file === undefined) return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } };
    if (method === 'PUT' && comp === 'immutabilityPolicies') {
      const untilMs = Date.parse(String(headers['x-ms-immutability-policy-until-date']));
      const mode = String(headers['x-ms-immutability-policy-mode']);
      if (!(untilMs > Date.now()) || !['Unlocked', 'Locked'].includes(mode)) return { status: 400 };
      return this.set(file, mode, untilMs, 'Unlocked') ? { status: 200 } : { status: 409 };
    }
    if (method === 'HEAD') return { status: 200, headers: policyOf(file), body: file.bytes };
    if (method !== 'DELETE') return { status: 405 };
    if (this.isLocked(file)) {
      const code = 'BlobImmutableDueToPolicy';
      return {
        status: 409,
        headers: { 'x-ms-error-code': code },
        body: `<Error><Code>${code}</Code></Error>`,
      };
    }
    this.files.delete(url.pathname);
    return { status: 202 };
  }
}

function tell({ untilMs, mode }: LockedFile): FakeAnswer {
  if (mode === '') return error(404, 'NoSuchObjectLockConfiguration');
  const until = new Date(untilMs).toISOString();
  const body = `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
  return { status: 200, body };
}

function policyOf({ untilMs, mode }: LockedFile): Readonly<Record<string, string>> {
  if (mode === '') return {};
  const until = new Date(untilMs).toUTCString();
  return {
    'x-ms-immutability-policy-until-date': until,
    'x-ms-immutability-policy-mode': mode.toLowerCase(),
  };
}

function error(status: number, code: string): FakeAnswer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}.</Message></Error>` };
}

function md5(bytes: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash('md5').update(bytes).digest(encoding);
}
