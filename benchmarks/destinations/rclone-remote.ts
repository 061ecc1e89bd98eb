import { spawnSync } from 'node:child_process';
import type { Way } from '../../tests/support/servers/places/index.ts';

type Remote = Readonly<Record<string, string>>;

/** How rclone is told of a server, by kind. */
const REMOTES: Readonly<Record<string, (way: Way, url: URL) => Remote>> = {
  SFTP: ({ options }, url) => ({
    ...{ type: 'sftp', host: url.hostname, port: url.port, user: url.username },
    key_file: options['ssh-keyfile'] ?? '',
  }),
  FTPS: (way, url) => ({
    ...{ type: 'ftp', host: url.hostname, port: url.port, user: url.username },
    ...{
      pass: hiddenPassword(way),
      explicit_tls: 'true',
      no_check_certificate: 'true',
      disable_tls13: 'true',
    },
  }),
  WebDAV: (way, url) => ({
    ...{ type: 'webdav', url: `http://${url.host}/basic`, vendor: 'other', user: url.username },
    pass: hiddenPassword(way),
  }),
  S3: ({ options }, url) => ({
    ...{ type: 's3', provider: 'Other', endpoint: url.searchParams.get('s3-server-name') ?? '' },
    access_key_id: options['aws-access-key-id'] ?? '',
    secret_access_key: options['aws-secret-access-key'] ?? '',
  }),
  Swift: ({ options }) => ({
    ...{ type: 'swift', auth: options['cloudfiles-authentication-url'] ?? '', auth_version: '1' },
    ...{ user: options['auth-username'] ?? '', key: options['auth-password'] ?? '' },
  }),
  SMB: (way, url) => ({
    ...{ type: 'smb', host: url.hostname, port: url.port, user: url.username },
    pass: hiddenPassword(way),
  }),
};

/** The remote `far` as variables of the environment. */
export function configureRclone(kind: string, way: Way): Readonly<Record<string, string>> {
  if (kind === 'rclone') return { RCLONE_CONFIG: way.options['rclone-config'] ?? '' };
  const remote = REMOTES[kind]?.(way, new URL(way.url)) ?? {};
  return Object.fromEntries(
    Object.entries(remote).map(([name, value]) => [`RCLONE_CONFIG_FAR_${name.toUpperCase()}`, value]),
  );
}

/** Where the folder of a way is at the remote. */
export function remotePath(kind: string, { url }: Way): string {
  const { hostname, pathname } = new URL(url);
  if (kind === 'SFTP') return `far:${pathname}`;
  if (kind === 'WebDAV') return `far:${pathname.replace(/^\/basic\//, '')}`;
  if (kind === 'FTPS' || kind === 'SMB') return `far:${pathname.slice(1)}`;
  if (kind === 'rclone') return `far:${pathname.slice(1)}`;
  return `far:${hostname}${pathname}`;
}

function hiddenPassword({ options }: Way): string {
  const password = options['auth-password'] ?? '';
  return spawnSync('rclone', ['obscure', '-'], { input: password, encoding: 'utf8' }).stdout.trim();
}
