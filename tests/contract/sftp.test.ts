import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { type RcloneSftpServer, startRcloneSftp } from '../support/servers/rclone-sftp.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { type SshServer, startSshd } from '../support/servers/sshd.ts';
import { mountSmallDisk, remountReadOnly } from '../support/small-disk.ts';
import { assertOutlivesCut } from './cut-line.ts';
import { testDestinationContract } from './destination-contract.ts';

const openSsh = hasProgram('/usr/sbin/sshd') ? await startSshd() : undefined;
const rclone = hasProgram('rclone') ? await startRcloneSftp() : undefined;
after(async () => {
  await openSsh?.stop();
  await rclone?.stop();
});
if (openSsh !== undefined) testAgainstOpenSsh(openSsh);
else test('SFTP against OpenSSH', (t) => t.skip('openssh-server is not installed'));
if (rclone !== undefined) testAgainstRclone(rclone);
else test('SFTP against rclone', (t) => t.skip('rclone is not installed'));

function testAgainstOpenSsh(server: SshServer): void {
  const urlOf = (folder: string, port = server.port): string =>
    `ssh://${server.user}@127.0.0.1:${port}${folder}`;
  const withKey = { 'ssh-keyfile': server.keyPath };
  const settings = { ...withKey, 'ssh-accept-any-fingerprints': 'true' };
  const list = async (given: Readonly<Record<string, string>>, url = urlOf(server.dataFolder)) => {
    await using destination = await openDestination(url, { settings: given });
    return await collect(destination.list());
  };
  let count = 0;
  const newFolder = async (): Promise<string> => {
    const folder = join(server.dataFolder, `backup-${++count}`);
    await mkdir(folder);
    return folder;
  };

  testDestinationContract('SFTP', async () => {
    const folder = await newFolder();
    return {
      open: () => openDestination(urlOf(folder), { settings }),
      removeFolder: () => rm(folder, { recursive: true }),
      pieceBytes: 256 * 1024,
      moreThanAPage: 150,
    };
  });

  test('SFTP logs in with a key as a file, as text, in the URL, and behind a passphrase', async () => {
    const text = await readFile(server.keyPath, 'utf8');
    const any = { 'ssh-accept-any-fingerprints': 'true' };
    for (const login of [
      { 'ssh-keyfile': server.keyPath },
      { 'ssh-key': text },
      { 'ssh-keyfile': `sshkey://${encodeURIComponent(text)}` },
      { 'ssh-keyfile': server.lockedKeyPath, 'auth-password': server.passphrase },
    ])
      await list({ ...any, ...login });
    await list(any, `${urlOf(server.dataFolder)}?ssh-key=${encodeURIComponent(text)}`);
  });

  test('SFTP refuses a key without its passphrase, and a login without a key', async () => {
    const any = { 'ssh-accept-any-fingerprints': 'true' };
    const refused = { code: 'destination-refused', retryable: false };
    await assert.rejects(list({ ...any, 'ssh-keyfile': server.lockedKeyPath }), refused);
    await assert.rejects(list({ ...any, 'auth-password': 'wrong' }), { ...refused, message: /does not let/ });
    await assert.rejects(list({ ...any, 'ssh-keyfile': '/does/not/exist' }), {
      ...refused,
      message: /exist/,
    });
  });

  test('SFTP finds the login folder with ssh-relative-path', async () => {
    await using destination = await openDestination(
      `ssh://${server.user}@127.0.0.1:${server.port}/no-such-folder-here?ssh-relative-path=true`,
      { settings },
    );
    await assert.rejects(collect(destination.list()), { code: 'destination-folder-missing' });
  });

  test('SFTP tells the fingerprint of an unknown server, which is then accepted in both forms', async () => {
    const unknown = { ...withKey, 'ssh-known-hosts': '/dev/null' };
    const error = await list(unknown).then(
      () => undefined,
      (failure: Error) => failure,
    );
    const [, sha256 = '', md5 = ''] = /fingerprint (SHA256:\S+) \(([^)]+)\)/.exec(error?.message ?? '') ?? [];
    for (const fingerprint of [sha256, md5, md5.toUpperCase(), `SHA256:other,${sha256}`])
      await list({ ...unknown, 'ssh-fingerprint': fingerprint });
    const url = `${urlOf(server.dataFolder)}?ssh-fingerprint=${sha256}`;
    await list(unknown, url);
    await assert.rejects(list({ ...unknown, 'ssh-fingerprint': `${sha256.slice(0, -2)}xx` }), {
      code: 'destination-refused',
      message: /another key/,
    });
  });

  test('SFTP takes no file for the folder', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, 'x');
    await using destination = await openDestination(urlOf(file), { settings });
    const missing = { code: 'destination-folder-missing', retryable: false };
    await assert.rejects(collect(destination.list()), missing);
    await assert.rejects(readAll(destination, 'a'), missing);
    await assert.rejects(destination.put('a', memorySource(Buffer.from('x'))), missing);
    assert.ok(hasAbility(destination, 'createFolder'));
    await assert.rejects(destination.createFolder(), {
      code: 'destination-refused',
      message: /this is a file, not a folder/,
    });
  });

  test('SFTP throws destination-unreachable where nothing listens', async () => {
    await assert.rejects(list(settings, urlOf('/x', 1)), {
      code: 'destination-unreachable',
      retryable: true,
    });
  });

  test('SFTP cut off in the middle is unreachable, leaves no file, and works again', async (t) => {
    const proxy = await startCuttingProxy(server.port);
    t.after(() => proxy.stop());
    await using destination = await openDestination(urlOf(await newFolder(), proxy.port), { settings });
    await assertOutlivesCut(destination, proxy, { sizeBytes: 3_000_000, cutAfterBytes: 500_000 });
  });

  test('SFTP tells a full disk and a read-only one', async (t) => {
    const disk = mountSmallDisk(t, 1024 * 1024);
    if (disk === undefined) {
      t.skip('this user may not mount a disk');
      return;
    }
    await using destination = await openDestination(urlOf(disk), { settings });
    await assert.rejects(destination.put('large', memorySource(seededBytes(3_000_000))), {
      code: 'destination-full',
    });
    await destination.put('small', memorySource(Buffer.from('x')));
    remountReadOnly(disk);
    await assert.rejects(destination.put('other', memorySource(Buffer.from('x'))), {
      code: 'destination-refused',
      message: /read-only/,
    });
  });

  test('SFTP knows a server from known_hosts, and refuses it with another key', async () => {
    const knownHosts = join(server.dataFolder, 'known_hosts');
    await writeFile(knownHosts, server.knownHostsLine);
    const known = { ...withKey, 'ssh-known-hosts': knownHosts };
    await list(known);
    await server.changeHostKey();
    await assert.rejects(list(known), {
      code: 'destination-refused',
      message: /another key/,
      retryable: false,
    });
  });
}

function testAgainstRclone(server: RcloneSftpServer): void {
  const login = `${server.user}:${encodeURIComponent(server.password)}`;
  const open = (password = login) =>
    openDestination(`ssh://${password}@127.0.0.1:${server.port}/?ssh-accept-any-fingerprints`);

  test('SFTP logs in with a password', async () => {
    await using destination = await open();
    assert.deepEqual(await collect(destination.list()), []);
    await using other = await open('tester:wrong');
    await assert.rejects(collect(other.list()), { code: 'destination-refused' });
  });

  test('SFTP writes in order where a server takes nothing else', async () => {
    await using destination = await open();
    const bytes = seededBytes(300_000);
    for (const name of ['one', 'two']) {
      await destination.put(name, memorySource(bytes));
      assert.ok(bytes.equals(await readAll(destination, name)));
      await destination.delete(name);
    }
  });
}
