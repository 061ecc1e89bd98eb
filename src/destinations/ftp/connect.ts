import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, TLSSocket } from 'node:tls';
import { Client, FTPError } from 'basic-ftp';
import { errorCode, errorMessage } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { quoteAnswer } from '../support/attempt.ts';
import { networkFailure } from '../support/http/network-failure.ts';
import { checkCertificate, connectionOptions } from '../support/http/tls-settings.ts';
import { ProxiedClient } from './proxied-client.ts';
import type { FtpSettings } from './settings.ts';

const LONGEST_LISTING_BYTES = 256 * 1024 * 1024;
/** What servers answer that know no TLS: not understood, not implemented, not for this parameter, policy. */
const NO_TLS = [500, 502, 504, 534];

/** How an open connection is checked, and what connections after it may rely on. */
export interface FtpTrust {
  /** The certificate, PEM, that a fingerprint vouched for; `undefined` where the authorities do or TLS is not used. */
  readonly certificate: string | undefined;
}

/**
 * Looks at the server's certificate where fingerprints count. Connections for data go on with the TLS session
 * of the login, and a session remembers that nothing but the fingerprint vouched for it; so the certificate
 * is learned first, and is all that later connections trust.
 */
export async function learnTrust(settings: FtpSettings, signal: AbortSignal): Promise<FtpTrust> {
  const { tls } = settings;
  if (tls.fingerprints.length === 0 || tls.acceptsAny) return { certificate: undefined };
  const client = newClient(settings);
  using _closing = closeOn(signal, client);
  try {
    await openConnection(client, settings, tlsOptions(settings));
    const { socket } = client.ftp;
    if (!(socket instanceof TLSSocket)) return { certificate: undefined };
    checkCertificate(socket, tls, settings.host);
    return { certificate: socket.authorized ? undefined : socket.getPeerX509Certificate()?.toString() };
  } finally {
    client.close();
  }
}

/** A connection that is logged in. */
export interface FtpLogin {
  readonly client: Client;
  /** Where the files are to lie, with its leading slash. */
  readonly folder: string;
}

/** Logs in. Throws `destination-refused` or `destination-unreachable`. */
export async function connectFtp(
  settings: FtpSettings,
  trust: FtpTrust,
  signal: AbortSignal,
): Promise<FtpLogin> {
  const client = newClient(settings);
  using _closing = closeOn(signal, client);
  try {
    await openConnection(client, settings, { ...tlsOptions(settings), ...strictly(trust) });
    await logIn(client, settings);
    return { client, folder: await findFolder(client, settings) };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Closes the client when the signal fires, which ends whatever waits on it, until disposed. */
function closeOn(signal: AbortSignal, client: Client): Disposable {
  const close = (): void => client.close();
  signal.addEventListener('abort', close, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', close) };
}

function newClient({ host, proxy, silenceLimitMs: limitMs }: FtpSettings): Client {
  const options = { maxListingBytes: LONGEST_LISTING_BYTES };
  return proxy === undefined
    ? new Client(limitMs, options)
    : new ProxiedClient({ proxy, host, limitMs }, limitMs, options);
}

function strictly({ certificate }: FtpTrust): ConnectionOptions {
  if (certificate === undefined) return {};
  return {
    ca: certificate,
    allowPartialTrustChain: true,
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  };
}

async function openConnection(
  client: Client,
  settings: FtpSettings,
  options: ConnectionOptions,
): Promise<void> {
  const { host, port, encryption } = settings;
  try {
    // Connections for data share it; each would read all authorities anew.
    const secure = { ...options, secureContext: createSecureContext(options) };
    if (encryption === 'Implicit') await client.connectImplicitTLS(host, port, secure);
    else await client.connect(host, port);
    if (encryption === 'Explicit') await client.useTLS(secure);
    if (encryption === 'Auto') await encryptWherePossible(client, secure);
  } catch (error) {
    throw connectFailure(error, host);
  }
}

async function encryptWherePossible(client: Client, options: ConnectionOptions): Promise<void> {
  try {
    await client.useTLS(options);
  } catch (error) {
    if (!(error instanceof FTPError && NO_TLS.includes(error.code))) throw error;
  }
}

function tlsOptions({ host, tls, tlsVersions }: FtpSettings): ConnectionOptions {
  const { rejectUnauthorized, ca } = connectionOptions(tls);
  return {
    rejectUnauthorized,
    // Sessions are kept under this name, and servers want connections for data to go on with the one of the login.
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...tlsVersions,
  };
}

async function logIn(client: Client, { host, user, password }: FtpSettings): Promise<void> {
  try {
    // Before the login too, for letters beyond ASCII in user and password.
    await client.sendIgnoringError('OPTS UTF8 ON');
    await client.login(user, password);
    await client.useDefaultSettings();
  } catch (error) {
    if (!(error instanceof FTPError)) throw lineFailure(error, host);
    throw new DestinationError(
      error.code < 500 ? 'destination-unreachable' : 'destination-refused',
      `The server ${host} does not let '${user ?? 'anonymous'}' in: ${quoteAnswer(error.message)}.`,
      {
        details: { host, answer: error.code },
        hint: 'Check user and password, and whether the server wants encryption (ftps://).',
        cause: error,
      },
    );
  }
}

/** The folder of the login is only known to the server. */
async function findFolder(client: Client, { host, folder }: FtpSettings): Promise<string> {
  if (folder.startsWith('/')) return folder;
  try {
    const loginFolder = (await client.pwd()).replace(/\/$/, '');
    return `${loginFolder}${folder === '' ? '' : `/${folder}`}` || '/';
  } catch (error) {
    throw lineFailure(error, host);
  }
}

/**
 * The same on a connection that stands. What breaks TLS then is the line, or a server that ends in the middle;
 * and who refuses is not the server's own port but the one that it named for data.
 */
export function lineFailure(error: unknown, host: string): unknown {
  const code = errorCode(error) ?? '';
  if (/^(?:EPROTO|ERR_SSL)/.test(code)) return brokenOff(host, error);
  return code === 'ECONNREFUSED' ? noDataPort(host, error) : connectFailure(error, host);
}

function noDataPort(host: string, cause: unknown): DestinationError {
  return new DestinationError(
    'destination-unreachable',
    `Cannot reach ${host}: nothing listens at the port that it named for data.`,
    {
      details: { host },
      hint: 'Where it happens again and again, a firewall keeps the ports for passive connections shut, or the server names wrong ones.',
      cause,
    },
  );
}

function brokenOff(host: string, cause: unknown): DestinationError {
  return new DestinationError('destination-unreachable', `The connection to ${host} broke off.`, {
    details: { host },
    cause,
  });
}

/** What a failure below FTP means. Errors that do not come from the network are given back as they are. */
export function connectFailure(error: unknown, host: string): unknown {
  const meant = networkFailure(error, host);
  if (meant instanceof DestinationError) return meant;
  const words = quoteAnswer(errorMessage(error));
  if (!(error instanceof FTPError) && words.includes('FIN packet')) return brokenOff(host, error);
  if (words.startsWith('Timeout (')) {
    return new DestinationError('destination-unreachable', `The server ${host} did not answer in time.`, {
      details: { host },
      cause: error,
    });
  }
  const isRefusal = error instanceof FTPError && error.code >= 500;
  return new DestinationError(
    isRefusal ? 'destination-refused' : 'destination-unreachable',
    `Cannot reach ${host} by FTP: ${words}.`,
    { details: { host }, cause: error },
  );
}
