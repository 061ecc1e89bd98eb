import { readFileSync } from 'node:fs';
import { parseFingerprints } from '../base/index.ts';
import { type Proxies, ProxyError, parseProxies } from '../base/proxies/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import { NotificationError } from './error.ts';
import type { Route } from './report-request.ts';

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
    proxies: readProxies(settings),
  };
}

function readProxies(settings: ProgramSettings): Proxies {
  try {
    return parseProxies({
      http: settings.get('http-proxy'),
      https: settings.get('https-proxy'),
      all: settings.get('all-proxy'),
      exceptions: settings.get('no-proxy'),
    });
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    throw new NotificationError('notification-invalid', `Cannot use the proxy: ${error.message}.`, {
      hint: 'Check the options --http-proxy, --https-proxy and --all-proxy, and the variables of the same names.',
    });
  }
}

/** Those of `--ca-certificate-file`, which count beside Node's. Throws `notification-invalid`. */
export function readAuthorities(settings: ProgramSettings): string | undefined {
  const path = settings.get('ca-certificate-file');
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new NotificationError('notification-invalid', `Cannot read the certificates in '${path}'.`, {
      details: { path },
      hint: 'Check the option --ca-certificate-file.',
      cause: error,
    });
  }
}
