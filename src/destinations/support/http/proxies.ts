import { errorCode, errorMessage } from '../../../base/index.ts';
import {
  type HttpProxy,
  isSocks,
  type Proxies,
  type ProxyAddress,
  ProxyError,
  parseProxies,
  type WrittenProxies,
} from '../../../base/proxies/index.ts';
import type { ProgramSettings } from '../../../options/index.ts';
import { DestinationError } from '../../destination-error.ts';

/** What helps where the way through a proxy fails. */
export const PROXY_HINT =
  'Check the options --http-proxy, --https-proxy and --all-proxy, or the variables HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.';

const FORMS = 'The forms are http://user:password@host:port and socks5h://user:password@host:port.';

/**
 * Reads the options about proxies. Throws `destination-refused` for a proxy that cannot be used: nothing is
 * sent past one that the user named.
 */
export function readProxies(settings: ProgramSettings): Proxies {
  return parseNamed({
    http: settings.get('http-proxy'),
    https: settings.get('https-proxy'),
    all: settings.get('all-proxy'),
    exceptions: settings.get('no-proxy'),
  });
}

/** The same for what does not speak HTTP. */
export function readLineProxies(settings: ProgramSettings): Proxies {
  return parseNamed({ all: settings.get('all-proxy'), exceptions: settings.get('no-proxy') });
}

function parseNamed(written: WrittenProxies): Proxies {
  try {
    return parseProxies(written);
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    throw unusableProxy(error.message, `${FORMS} ${PROXY_HINT}`);
  }
}

/** The error for a proxy that the user named and that cannot be used. */
export function unusableProxy(because: string, hint: string): DestinationError {
  return new DestinationError('destination-refused', `Cannot use the proxy: ${because}.`, { hint });
}

/**
 * What a failure on the way through a proxy for HTTP means; `undefined` for other failures. `proxy` is the
 * one that was taken, if any.
 */
export function proxyFailure(
  error: unknown,
  host: string,
  proxy: ProxyAddress | undefined,
): DestinationError | undefined {
  if (proxy === undefined || isSocks(proxy)) return undefined;
  if (errorCode(error) === 'ERR_PROXY_TUNNEL') return tunnelRefused(error, host);
  if (!isAbout(error, proxy, host)) return undefined;
  const because = errorCode(error) === 'ENOTFOUND' ? 'there is no such host' : 'nothing listens at this port';
  return new DestinationError(
    'destination-unreachable',
    `Cannot reach the proxy ${proxy.host} on the way to ${host}: ${because}.`,
    { details: { host, proxy: proxy.host }, hint: PROXY_HINT, cause: error },
  );
}

/** Whether a connection to that proxy is what failed, and not one to the host itself. */
function isAbout(error: unknown, proxy: HttpProxy, host: string): boolean {
  if (!(error instanceof Error) || proxy.host === host) return false;
  const code = errorCode(error);
  if (code === 'ENOTFOUND') return 'hostname' in error && error.hostname === proxy.hostname;
  return code === 'ECONNREFUSED' && 'port' in error && error.port === proxy.port;
}

function tunnelRefused(error: unknown, host: string): DestinationError {
  const [, answer = errorMessage(error), status = ''] =
    /HTTP\/1\.\d ((\d{3}).*)$/.exec(errorMessage(error)) ?? [];
  const code = status.startsWith('4') ? 'destination-refused' : 'destination-unreachable';
  return new DestinationError(code, `The proxy does not lead to ${host}: it answered ${answer}.`, {
    details: { host, status: Number(status) },
    hint: status === '407' ? PROXY_LOGIN_HINT : PROXY_HINT,
    cause: error,
  });
}

/** What helps against status 407. */
export const PROXY_LOGIN_HINT =
  'Give the proxy its user and password: --https-proxy=http://user:password@host:port, or --http-proxy.';
