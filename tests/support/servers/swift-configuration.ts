import type { KeystoneServer } from './keystone.ts';
import type { SwiftSettings } from './swift.ts';

/**
 * The configuration of one of the three services behind the proxy. Nothing makes up later for a listing that
 * was not told of a file in time, so that takes as long as it takes.
 */
export function configureStorage(folder: string, ring: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = swift
swift_dir = ${folder}
devices = ${folder}/disks
mount_check = false
node_timeout = 60
container_update_timeout = 60
[pipeline:main]
pipeline = ${ring}-server
[app:${ring}-server]
use = egg:swift#${ring}
`;
}

function configureOldLogin(scheme: 'http' | 'https'): string {
  return `[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
storage_url_scheme = ${scheme}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
storage_domain = s3.test
`;
}

/**
 * The configuration of what clients speak to: with S3 and the old login of its own, or with the login of an
 * identity service.
 */
export function configureProxy(
  folder: string,
  {
    port,
    cachePort,
    identity,
    isBehindTls = false,
  }: SwiftSettings & { readonly port: number; readonly cachePort: number },
): string {
  const plain = ['catch_errors', 'gatekeeper', 'listing_formats', 'copy', 'slo'].map(
    (name) => `[filter:${name}]\nuse = egg:swift#${name}\n`,
  );
  const logins = identity === undefined ? 's3api tempauth' : 'authtoken keystoneauth';
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = swift
swift_dir = ${folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats ${logins} copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
${plain.join('')}${identity === undefined ? configureOldLogin(isBehindTls ? 'https' : 'http') : configureTrust(identity)}`;
}

/** Asks the identity service what a token is worth. */
function configureTrust({ url, owner }: KeystoneServer): string {
  return `[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = ${url}
auth_url = ${url}
auth_type = password
username = ${owner.user}
password = ${owner.password}
project_name = ${owner.project}
user_domain_name = ${owner.domain}
project_domain_name = ${owner.domain}
delay_auth_decision = True
cache = swift.cache
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = member
reseller_prefix = KS
`;
}
