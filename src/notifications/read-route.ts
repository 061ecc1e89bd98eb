import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { parseFingerprints } from '../base/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import { NotificationError } from './error.ts';
import type { Route } from './send-request.ts';

/** The way to servers under the options of `send-http` or of `http-report-status`. Throws `notification-invalid`. */
export function readRoute(settings: ProgramSettings, prefix: 'send-http' | 'http-report-status'): Route {
  return {
    ...readPlainRoute(settings),
    acceptsAny: settings.get(`${prefix}-accept-any-ssl-certificate`),
    fingerprints: parseFingerprints(settings.get(`${prefix}-accept-specified-ssl-hash`) ?? ''),
  };
}

/** The way to servers that have no such options of their own. Throws `notification-invalid`. */
export function readPlainRoute(settings: ProgramSettings): Route {
  return {
    acceptsAny: false,
    fingerprints: [],
    authorities: readAuthorities(settings),
    proxies: {
      http_proxy: settings.get('http-proxy'),
      https_proxy: settings.get('https-proxy'),
      no_proxy: settings.get('no-proxy'),
    },
  };
}

/** Those of Node and of `--ca-certificate-file`; `undefined` where only Node's count. Throws `notification-invalid`. */
export function readAuthorities(settings: ProgramSettings): readonly string[] | undefined {
  const path = settings.get('ca-certificate-file');
  if (path === undefined) return undefined;
  try {
    return [...rootCertificates, readFileSync(path, 'utf8')];
  } catch (error) {
    throw new NotificationError('notification-invalid', `Cannot read the certificates in '${path}'.`, {
      details: { path },
      hint: 'Check the option --ca-certificate-file.',
      cause: error,
    });
  }
}
