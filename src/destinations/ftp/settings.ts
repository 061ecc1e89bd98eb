import type { SecureVersion } from 'node:tls';
import type { SocksProxy } from '../../base/proxies/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { findCredentials } from '../support/credentials.ts';
import { readTlsSettings, type TlsSettings } from '../support/http/tls-settings.ts';
import { readLineProxy } from '../support/line-proxy.ts';

export interface FtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Relative to the login folder unless it begins with a slash. */
  readonly folder: string;
  readonly encryption: 'None' | 'Implicit' | 'Explicit' | 'Auto';
  readonly tls: TlsSettings;
  readonly tlsVersions: { readonly minVersion?: SecureVersion; readonly maxVersion?: SecureVersion };
  readonly names: 'full' | 'below-current-folder';
  readonly acceptsCutListings: boolean;
  /** As `RemoteFolderSettings`. */
  readonly sizeCheckDelayMs: number;
  /** Silence after which a connection is given up; 0 is no limit. */
  readonly silenceLimitMs: number;
  readonly proxy: SocksProxy | undefined;
}

const IMPLICIT_PORT = 990;

/**
 * Reads URL and options of `ftp` and `aftp`, which differ in names and in where paths start. Throws
 * `destination-refused`.
 */
export function readFtpSettings(request: DestinationRequest): FtpSettings {
  const { url, settings } = request;
  const own = url.scheme === 'aftp' ? readAftpOptions(request) : readFtpOptions(request);
  if (!/^(?:AutoPassive|PASV|PASVEX|EPSV)$/.test(own.connectionType)) throw activeRefused(own.connectionType);
  const encryption = own.encryption === 'None' && settings.get('use-ssl') ? 'Explicit' : own.encryption;
  const limits = [settings.get('short-timeout'), settings.get('read-write-timeout')];
  const host = url.host ?? '';
  const port = url.port ?? (encryption === 'Implicit' ? IMPLICIT_PORT : 21);
  return {
    host,
    port,
    ...findCredentials(request),
    folder: `${own.isAbsolute ? '/' : ''}${url.path.replace(/^\/+|\/+$/g, '')}`,
    encryption,
    tls: readTlsSettings(settings),
    tlsVersions: readVersions(own.protocols),
    names: own.usesPlainNames ? 'below-current-folder' : 'full',
    acceptsCutListings: settings.get('ignore-pureftpd-limit-issue'),
    sizeCheckDelayMs: settings.get('disable-upload-verify') ? -1 : own.uploadDelayMs,
    silenceLimitMs: limits.includes(0) ? 0 : Math.max(...limits),
    proxy: readLineProxy(settings, { host, port, protocol: 'FTP' }),
  };
}

interface OwnOptions {
  readonly connectionType: string;
  readonly encryption: FtpSettings['encryption'];
  readonly protocols: readonly string[];
  readonly uploadDelayMs: number;
  readonly isAbsolute: boolean;
  readonly usesPlainNames: boolean;
}

function readFtpOptions({ settings }: DestinationRequest): OwnOptions {
  return {
    connectionType: settings.get('ftp-data-connection-type'),
    encryption: settings.get('ftp-encryption-mode'),
    protocols: settings.get('ftp-ssl-protocols') ?? [],
    uploadDelayMs: settings.get('ftp-upload-delay'),
    isAbsolute: settings.get('ftp-absolute-path'),
    usesPlainNames: settings.get('ftp-use-cwd-names'),
  };
}

function readAftpOptions({ settings }: DestinationRequest): OwnOptions {
  return {
    connectionType: settings.get('aftp-data-connection-type'),
    encryption: settings.get('aftp-encryption-mode'),
    protocols: settings.get('aftp-ssl-protocols') ?? [],
    uploadDelayMs: settings.get('aftp-upload-delay'),
    isAbsolute: !settings.get('aftp-relative-path'),
    usesPlainNames: settings.get('aftp-use-cwd-names'),
  };
}

const VERSIONS = [
  ['tls', 'TLSv1'],
  ['tls11', 'TLSv1.1'],
  ['tls12', 'TLSv1.2'],
  ['tls13', 'TLSv1.3'],
] as const;

/**
 * The range of versions from the oldest to the newest that is named. Other names (`Default`, and versions
 * that are no more) leave the choice to Node.
 */
function readVersions(names: readonly string[]): FtpSettings['tlsVersions'] {
  const wanted = names.map((name) => name.toLowerCase());
  const versions = VERSIONS.filter(([name]) => wanted.includes(name)).map(([, version]) => version);
  const [minVersion, maxVersion] = [versions[0], versions.at(-1)];
  return minVersion === undefined || maxVersion === undefined ? {} : { minVersion, maxVersion };
}

function activeRefused(connectionType: string): DestinationError {
  return new DestinationError(
    'destination-refused',
    `Cannot use the FTP connection type '${connectionType}': the server would have to open connections to this machine.`,
    { details: { connectionType }, hint: 'Leave the option out, or choose AutoPassive.' },
  );
}
