import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KeystoneApi, type KeystoneLogin, logInToKeystone } from './keystone-api.ts';
import { freePort, hasProgram, type RunningServer, serverFolder, startServer } from './server-process.ts';

/** OpenStack's identity service (login v3), with one user of one project in a domain of their own. */
export interface KeystoneServer extends RunningServer {
  /** The address that clients are given. */
  readonly url: string;
  readonly login: KeystoneLogin;
  /** Where the user's storage is offered. */
  readonly region: string;
  /** Who may ask what a token is worth. */
  readonly owner: KeystoneLogin;
  /**
   * Enters an object storage into the catalogue: in `region` for everyone; elsewhere and for insiders at
   * addresses where nothing is.
   */
  offerStorage(url: string): Promise<void>;
}

const OWNER = { user: 'admin', password: 'owner of all', project: 'admin', domain: 'Default' };
const LOGIN = {
  user: 'tester of Keystone',
  password: 'pass:wörd @1',
  project: 'laptops',
  domain: 'Company',
};
const REGION = 'two';
const NOWHERE = 'http://127.0.0.1:9/nowhere';
/** Its own script lets five connections wait, and those beyond knock again after seconds only. */
const SERVE = `import runpy, socketserver
socketserver.TCPServer.request_queue_size = 100
runpy.run_path('/usr/bin/keystone-wsgi-public', run_name='__main__')`;
/** It loads a great deal. */
const START_MS = 120_000;

/** Why it cannot be started here together with a Swift that trusts it; `undefined` if it can. */
export function findKeystoneObstacle(): string | undefined {
  if (!hasProgram('keystone-wsgi-public')) return 'not installed: keystone';
  const { status } = spawnSync('/usr/bin/python3', ['-c', 'import keystonemiddleware']);
  return status === 0 ? undefined : 'not installed: python3-keystonemiddleware';
}

export async function startKeystone(): Promise<KeystoneServer> {
  const folder = await serverFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v3`;
  const configuration = await prepare(folder, url);
  const server = await startServer({
    command: '/usr/bin/python3',
    arguments: [
      ...['-c', SERVE, '--host', '127.0.0.1', '--port', String(port)],
      ...['--', '--config-file', configuration],
    ],
    port,
    folder,
    startMs: START_MS,
  });
  try {
    await createUser(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port,
    url,
    login: LOGIN,
    region: REGION,
    owner: OWNER,
    offerStorage: (storageUrl) => offerStorage(url, storageUrl),
    stop: server.stop,
  };
}

/** Makes database, keys and owner; gives the path of the configuration. */
async function prepare(folder: string, url: string): Promise<string> {
  const configuration = join(folder, 'keystone.conf');
  await writeFile(configuration, configure(folder));
  const manage = (...command: readonly string[]): void => {
    const all = ['--config-file', configuration, ...command];
    const { status, stderr } = spawnSync('keystone-manage', all, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`keystone-manage ${command[0]} failed: ${stderr.slice(-2000)}`);
  };
  manage('db_sync');
  letReadAndWrite(join(folder, 'keystone.db'));
  for (const keys of ['fernet', 'credential']) {
    await mkdir(join(folder, keys), { mode: 0o700 });
    manage(`${keys}_setup`, '--keystone-user', 'root', '--keystone-group', 'root');
  }
  const addresses = ['public', 'internal'].flatMap((whom) => [`--bootstrap-${whom}-url`, url]);
  manage('bootstrap', '--bootstrap-password', OWNER.password, ...addresses);
  return configuration;
}

/** It writes while a connection of its own still reads, which locks it out for ever in the usual mode. */
function letReadAndWrite(path: string): void {
  using database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
}

function configure(folder: string): string {
  return `[database]
connection = sqlite:///${folder}/keystone.db
sqlite_synchronous = false
[identity]
password_hash_rounds = 4
[fernet_tokens]
key_repository = ${folder}/fernet
[fernet_receipts]
key_repository = ${folder}/fernet
[credential]
key_repository = ${folder}/credential
`;
}

async function createUser(url: string): Promise<void> {
  const api = new KeystoneApi(url, await logInToKeystone(url, OWNER));
  const domainId = await api.create('domain', { name: LOGIN.domain });
  const project = await api.create('project', { name: LOGIN.project, domain_id: domainId });
  const { user: name, password } = LOGIN;
  const user = await api.create('user', { name, password, domain_id: domainId });
  await api.assign(await api.findRole('member'), { user, project });
}

async function offerStorage(url: string, storageUrl: string): Promise<void> {
  const api = new KeystoneApi(url, await logInToKeystone(url, OWNER));
  const serviceId = await api.create('service', { type: 'object-store', name: 'swift' });
  for (const region of ['one', REGION]) await api.create('region', { id: region });
  for (const [region, whom, at] of [
    ['one', 'public', NOWHERE],
    [REGION, 'internal', NOWHERE],
    [REGION, 'public', storageUrl],
  ] as const)
    await api.create('endpoint', { region_id: region, interface: whom, service_id: serviceId, url: at });
}
