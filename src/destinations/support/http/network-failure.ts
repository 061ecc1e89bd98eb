import { BackupError, errorCode, errorMessage } from '../../../base/index.ts';
import { ProxyError } from '../../../base/proxies/index.ts';
import { DestinationError } from '../../destination-error.ts';
import { PROXY_HINT } from './proxies.ts';

/** Codes of Node and OpenSSL for certificates that cannot be trusted. */
const CERTIFICATE_CODE = /^(?:CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;
/** Node's codes for failures of the network and of what speaks HTTP on it. */
const NETWORK_CODE =
  /^(?:E(?:CONN|HOST|NET|TIMEDOUT|PIPE|NOTFOUND|AI_|ADDRNOTAVAIL|PROTO)|HPE_|ERR_(?:SSL|TLS|HTTP|SOCKET|STREAM_PREMATURE|PROXY))/;

/**
 * What a failure below HTTP means. Errors that do not come from the network (the source of an upload, our
 * own) are given back as they are.
 */
export function networkFailure(error: unknown, host: string): unknown {
  if (error instanceof BackupError) return error;
  if (error instanceof ProxyError) return proxyRefused(error, host);
  const code = errorCode(error) ?? '';
  const details = { host, code };
  if (CERTIFICATE_CODE.test(code)) return untrusted(host, certificateFault(error), error);
  // A file of the upload's source that is gone has a code of its own and a path.
  if (!NETWORK_CODE.test(code) || (error instanceof Error && 'path' in error)) return error;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new DestinationError(
      'destination-refused',
      `Cannot agree on TLS with ${host}: ${errorMessage(error)}.`,
      {
        details,
        hint: 'Check the port, and whether the server expects TLS there (use-ssl).',
        cause: error,
      },
    );
  }
  return new DestinationError('destination-unreachable', `Cannot reach ${host}: ${reasonOf(code, error)}.`, {
    details,
    ...(MISDIRECTED.has(code) ? { hint: 'Check the host and the port of the destination.' } : {}),
    cause: error,
  });
}

function proxyRefused(error: ProxyError, host: string): DestinationError {
  return new DestinationError(
    error.kind === 'unreachable' ? 'destination-unreachable' : 'destination-refused',
    `Cannot reach ${host}: ${error.message}.`,
    { details: { host }, hint: PROXY_HINT, cause: error },
  );
}

/** Without the advice about Node that its newer versions add. */
export function certificateFault(error: unknown): string {
  return errorMessage(error).replace(/;.*$/s, '');
}

const TRUST_HINT =
  'Name its fingerprint with --accept-specified-ssl-hash, or the file of its authority with --ca-certificate-file.';
const TIME_HINT =
  'Check the clock of this machine. If it is right, the server needs a new certificate; --accept-specified-ssl-hash with its fingerprint accepts this one nevertheless.';

/** The error for a certificate that nothing vouches for, or not at this time. */
export function untrusted(host: string, reason: string, cause?: unknown): DestinationError {
  return new DestinationError(
    'destination-refused',
    `The certificate of ${host} is not trusted: ${reason}.`,
    {
      details: { host },
      hint: /expired|not yet valid/.test(reason) ? TIME_HINT : TRUST_HINT,
      cause,
    },
  );
}

/** What a wrong address looks like. */
const MISDIRECTED: ReadonlySet<string> = new Set(['ENOTFOUND', 'ECONNREFUSED']);

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNREFUSED: 'nothing listens at this port',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no way leads to it',
  ENETUNREACH: 'the network is down',
};

function reasonOf(code: string, error: unknown): string {
  return REASONS[code] ?? errorMessage(error);
}
