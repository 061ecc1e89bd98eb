import { isIP } from 'node:net';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { Client, FTPError } from 'basic-ftp';
import { errorMessage } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { quoteAnswer } from '../support/attempt.ts';
import { networkFailure } from '../support/http/network-failure.ts';
import { checkCertificate, connectionOptions } from '../support/http/tls-settings.ts';
import type { FtpSettings } from './settings.ts';

const LONGEST_LISTING_BYTES = 256 * 1024 * 1024;
/** What servers answer that know no TLS: not understood, not implemented, not for this parameter, policy. */
const NO_TLS = [500, 502, 504, 534];

/** A connection that is logged in. Throws `destination-refused` or `destination-unreachable`. */
export async function connectFtp(settings: FtpSettings): Promise<Client> {
  const client = new Client(settings.silenceLimitMs, { maxListingBytes: LONGEST_LISTING_BYTES });
  try {
    await openConnection(client, settings);
    await logIn(client, settings);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

async function openConnection(client: Client, settings: FtpSettings): Promise<void> {
  const { host, port, encryption } = settings;
  const options = tlsOptions(settings);
  try {
    if (encryption === 'Implicit') await client.connectImplicitTLS(host, port, options);
    else await client.connect(host, port);
    if (encryption === 'Explicit') await client.useTLS(options);
    if (encryption === 'Auto') await encryptWherePossible(client, options);
    trustOnlyThisServer(client, settings);
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

/** A certificate that only its fingerprint vouches for is the only one that connections for data may show. */
function trustOnlyThisServer(client: Client, { tls }: FtpSettings): void {
  const { socket } = client.ftp;
  if (!(socket instanceof TLSSocket)) return;
  checkCertificate(socket, tls);
  const certificate = socket.getPeerX509Certificate();
  if (socket.authorized || tls.acceptsAny || certificate === undefined) return;
  client.ftp.tlsOptions = {
    ...client.ftp.tlsOptions,
    ca: certificate.toString(),
    allowPartialTrustChain: true,
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  };
}

async function logIn(client: Client, { host, user, password }: FtpSettings): Promise<void> {
  try {
    // Before the login too, for letters beyond ASCII in user and password.
    await client.sendIgnoringError('OPTS UTF8 ON');
    await client.login(user, password);
    await client.useDefaultSettings();
  } catch (error) {
    if (!(error instanceof FTPError)) throw connectFailure(error, host);
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

/** What a failure below FTP means. Errors that do not come from the network are given back as they are. */
export function connectFailure(error: unknown, host: string): unknown {
  const meant = networkFailure(error, host);
  if (meant instanceof DestinationError) return meant;
  const isRefusal = error instanceof FTPError && error.code >= 500;
  return new DestinationError(
    isRefusal ? 'destination-refused' : 'destination-unreachable',
    `Cannot reach ${host} by FTP: ${quoteAnswer(errorMessage(error))}.`,
    { details: { host }, cause: error },
  );
}
