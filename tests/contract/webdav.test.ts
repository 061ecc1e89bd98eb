import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after } from 'node:test';
import { type Destination, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource } from '../support/memory-source.ts';
import { type ApacheServer, startApache } from '../support/servers/apache.ts';
import { type RcloneServer, startRcloneWebdav } from '../support/servers/rclone-webdav.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { testDestinationContract } from './destination-contract.ts';
import { assertRefusesLogin, WRONG_SECRET } from './wrong-login.ts';

const WWW_DATA = 33;

const apacheServer = hasProgram('apache2') ? await startApache() : undefined;
const rcloneServer = hasProgram('rclone') ? await startRcloneWebdav() : undefined;
after(async () => {
  await apacheServer?.stop();
  await rcloneServer?.stop();
});
if (apacheServer !== undefined) testAgainstApache(apacheServer);
else test('WebDAV against Apache', (t) => t.skip('apache2 is not installed'));
if (rcloneServer !== undefined) testAgainstRclone(rcloneServer);
else test('WebDAV against rclone', (t) => t.skip('rclone is not installed'));

function testAgainstApache(apache: ApacheServer): void {
  const login = `${apache.user}:${encodeURIComponent(apache.password)}`;
  const plain = (path: string, query = ''): string =>
    `webdav://${login}@127.0.0.1:${apache.port}/${path}${query}`;
  const secure = (query: string): string =>
    `webdavs://${login}@127.0.0.1:${apache.securePort}/basic/tls?${query}`;
  let count = 0;

  for (const [kind, area, query] of [
    ['WebDAV with Basic login', 'basic', ''],
    ['WebDAV with Digest login', 'digest', '?force-digest-authentication=true'],
  ] as const) {
    testDestinationContract(kind, async () => {
      const name = `${area} + folder ${++count}`;
      const folder = join(apache.dataFolder, name);
      await makeFolder(folder);
      return {
        open: () => openDestination(plain(`${area}/${encodeURIComponent(name)}`, query)),
        removeFolder: () => rm(folder, { recursive: true }),
        moreThanAPage: 50,
      };
    });
  }

  test('WebDAV with TLS accepts a certificate by its fingerprint, an own authority, or any', async () => {
    await makeFolder(join(apache.dataFolder, 'tls'));
    const { sha1, sha256, certificatePath } = apache.certificate;
    for (const query of [
      `accept-specified-ssl-hash=${sha1.replaceAll(':', '')}`,
      `accept-specified-ssl-hash=00,${sha256}`,
      `ca-certificate-file=${certificatePath}`,
      'accept-any-ssl-certificate',
    ])
      assert.deepEqual(await list(secure(query)), [], query);
  });

  test('WebDAV with TLS refuses a certificate that nothing vouches for', async () => {
    for (const query of ['', `accept-specified-ssl-hash=${'0'.repeat(64)}`])
      await assert.rejects(list(secure(query)), {
        code: 'destination-refused',
        message: /certificate .* is not trusted/,
        hint: /--accept-specified-ssl-hash/,
      });
  });

  test('WebDAV refuses a wrong password with a hint, and does not show it', async () => {
    for (const [area, query] of [
      ['basic', ''],
      ['digest', '?force-digest-authentication=true'],
    ] as const) {
      const url = `webdav://tester:${WRONG_SECRET}@127.0.0.1:${apache.port}/${area}${query}`;
      await using destination = await openDestination(url);
      await assertRefusesLogin(destination, /password/);
    }
  });

  test('WebDAV finds out by itself that a server wants Digest', async () => {
    await makeFolder(join(apache.dataFolder, 'found out'));
    assert.deepEqual(await list(plain('digest/found%20out')), []);
  });

  test('WebDAV put() takes away what a dead upload left, and no listing shows it', async () => {
    const folder = join(apache.dataFolder, 'remains');
    await makeFolder(folder);
    const left = join(folder, '.ashlar-upload-00000000-1-0123456789ab');
    await writeFile(left, 'half');
    await utimes(left, new Date(0), new Date(0));
    await using destination = await openDestination(plain('basic/remains'));
    assert.deepEqual(await collect(destination.list()), []);
    assert.equal(existsSync(left), true);
    await destination.put('volume', memorySource(Buffer.from('x')));
    assert.deepEqual(await readdir(folder), ['volume']);
  });

  test('WebDAV delete() takes no folder away, and nothing in it', async () => {
    const folder = join(apache.dataFolder, 'above');
    await makeFolder(folder);
    await makeFolder(join(folder, 'below'));
    await writeFile(join(folder, 'below', 'precious'), 'x');
    await using destination = await openDestination(plain('basic/above'));
    await assert.rejects(destination.delete('below'), { code: 'destination-refused', retryable: false });
    assert.deepEqual(await readdir(join(folder, 'below')), ['precious']);
  });

  test('WebDAV createFolder() makes the folders above, too', async () => {
    await using destination = await openWithFolder(plain('basic/one/two/three'));
    assert.deepEqual(await collect(destination.list()), []);
  });
}

function testAgainstRclone(rclone: RcloneServer): void {
  let count = 0;
  testDestinationContract('WebDAV served by rclone', async () => {
    const name = `folder-${++count}`;
    await mkdir(join(rclone.dataFolder, name));
    return {
      open: () =>
        openDestination(`webdav://${rclone.user}:${rclone.password}@127.0.0.1:${rclone.port}/${name}`),
      moreThanAPage: 50,
      keepsOddNames: false,
    };
  });

  test('WebDAV takes no listing for whole behind which rclone says that it failed', async () => {
    await mkdir(join(rclone.dataFolder, 'broken'));
    const { user, password, port } = rclone;
    await using destination = await openDestination(`webdav://${user}:${password}@127.0.0.1:${port}/broken`);
    for (const name of ['a', 'z']) await destination.put(name, memorySource(Buffer.from('x')));
    // It goes on listing the file that it could not make, and breaks off there.
    await assert.rejects(destination.put('b'.repeat(300), memorySource(Buffer.from('x'))));
    await assert.rejects(collect(destination.list()), { code: 'destination-corrupt' });
  });
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path);
  if (process.getuid?.() === 0) await chown(path, WWW_DATA, WWW_DATA);
}

async function list(url: string): Promise<string[]> {
  await using destination = await openDestination(url);
  return (await collect(destination.list())).map(({ name }) => name);
}

async function openWithFolder(url: string): Promise<Destination> {
  const destination = await openDestination(url);
  if ('createFolder' in destination && typeof destination.createFolder === 'function')
    await destination.createFolder();
  return destination;
}
