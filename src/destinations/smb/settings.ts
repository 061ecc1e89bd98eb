import type { SocksProxy } from '../../base/proxies/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { findCredentials } from '../support/credentials.ts';
import { readLineProxy } from '../support/line-proxy.ts';

export interface SmbSettings {
  readonly host: string;
  readonly port: number;
  readonly share: string;
  /** Below the share, with backslashes; empty for the share itself. */
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly encryption: 'when-required' | 'always';
  /** 0 is no limit. */
  readonly limits: { readonly shortMs: number; readonly listMs: number; readonly transferMs: number };
  readonly proxy: SocksProxy | undefined;
}

const DEFAULT_PORT = 445;

/**
 * Reads URL and options. A domain may also stand before the user: `domain\user`. Throws
 * `destination-url-invalid` or `destination-refused`.
 */
export function readSmbSettings(request: DestinationRequest): SmbSettings {
  const { url, settings } = request;
  const [share = '', ...folders] = url.path.split(/[/\\]+/).filter((name) => name !== '');
  if (share === '') {
    throw new DestinationError('destination-url-invalid', 'The destination names no share.', {
      hint: 'The form is smb://user@host/share/folder.',
    });
  }
  if (settings.get('transport') === 'netbios') {
    throw new DestinationError('destination-refused', 'Cannot reach SMB servers through NetBIOS.', {
      hint: 'Leave the option --transport out; every server since Windows 2000 can do without.',
    });
  }
  const { user = '', password = '' } = findCredentials(request);
  const [, domain, name] = /^([^\\;]+)[\\;](.+)$/.exec(user) ?? [];
  const host = url.host ?? '';
  const port = url.port ?? DEFAULT_PORT;
  return {
    host,
    port,
    share,
    folder: folders.join('\\'),
    user: name ?? user,
    password,
    domain: settings.get('auth-domain') ?? domain ?? '',
    encryption: settings.get('smb-encryption'),
    limits: {
      shortMs: settings.get('short-timeout'),
      listMs: settings.get('list-timeout'),
      transferMs: settings.get('read-write-timeout'),
    },
    proxy: readLineProxy(settings, { host, port, protocol: 'SMB' }),
  };
}
