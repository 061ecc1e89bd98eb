import { errorCode, errorMessage } from '../../../base/index.ts';
import type { ProgramSettings } from '../../../options/index.ts';
import { DestinationError } from '../../destination-error.ts';

/** Proxies by the names of the environment. */
export interface Proxies {
  readonly http_proxy?: string | undefined;
  readonly https_proxy?: string | undefined;
  readonly no_proxy?: string | undefined;
}

const HINT = 'Check the options --http-proxy and --https-proxy, or the variables HTTP_PROXY and HTTPS_PROXY.';

/**
 * Reads the options about proxies. Throws `destination-refused` for a proxy that cannot be used: nothing is
 * sent past one that the user named.
 */
export function readProxies(settings: ProgramSettings): Proxies {
  return {
    http_proxy: readProxy(settings.get('http-proxy')),
    https_proxy: readProxy(settings.get('https-proxy')),
    no_proxy: settings.get('no-proxy'),
  };
}

/** With the scheme, which many leave out. */
function readProxy(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return address;
  const because =
    url === undefined
      ? 'its address cannot be read'
      : `${url.protocol}// is no kind that is known here, which http:// and https:// are`;
  throw new DestinationError('destination-refused', `Cannot use the proxy: ${because}.`, {
    hint: `The form is http://user:password@host:port. ${HINT}`,
  });
}

/** What a failure of the proxy means; `undefined` for other failures. */
export function proxyFailure(error: unknown, host: string, proxies: Proxies): DestinationError | undefined {
  if (errorCode(error) === 'ERR_PROXY_TUNNEL') return tunnelRefused(error, host);
  const proxy = [proxies.http_proxy, proxies.https_proxy]
    .filter((address) => address !== undefined)
    .map((address) => new URL(address))
    .find((url) => isAbout(error, url, host));
  if (proxy === undefined) return undefined;
  const because = errorCode(error) === 'ENOTFOUND' ? 'there is no such host' : 'nothing listens at this port';
  return new DestinationError(
    'destination-unreachable',
    `Cannot reach the proxy ${proxy.host} on the way to ${host}: ${because}.`,
    { details: { host, proxy: proxy.host }, hint: HINT, cause: error },
  );
}

/** Whether a connection to that proxy is what failed, and not one to the host itself. */
function isAbout(error: unknown, proxy: URL, host: string): boolean {
  if (!(error instanceof Error) || proxy.host === host) return false;
  const code = errorCode(error);
  if (code === 'ENOTFOUND') return 'hostname' in error && error.hostname === proxy.hostname;
  const port = Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80));
  return code === 'ECONNREFUSED' && 'port' in error && error.port === port;
}

function tunnelRefused(error: unknown, host: string): DestinationError {
  const [, answer = errorMessage(error), status = ''] =
    /HTTP\/1\.\d ((\d{3}).*)$/.exec(errorMessage(error)) ?? [];
  const code = status.startsWith('4') ? 'destination-refused' : 'destination-unreachable';
  return new DestinationError(code, `The proxy does not lead to ${host}: it answered ${answer}.`, {
    details: { host, status: Number(status) },
    hint: status === '407' ? PROXY_LOGIN_HINT : HINT,
    cause: error,
  });
}

/** What helps against status 407. */
export const PROXY_LOGIN_HINT =
  'Give the proxy its user and password: --https-proxy=http://user:password@host:port, or --http-proxy.';
