import assert from 'node:assert/strict';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { after } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { startLeavingLine } from '../support/servers/leaving-line.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startVsftpd } from '../support/servers/vsftpd.ts';
import { watchedSource } from '../support/watched-source.ts';
import { testDestinationContract } from './destination-contract.ts';

if (!hasProgram('/usr/sbin/vsftpd')) test('FTP', (t) => t.skip('vsftpd is not installed'));
else if (process.getuid?.() !== 0) test('FTP', (t) => t.skip('vsftpd has to be started by root'));
else await testAgainstVsftpd();

async function testAgainstVsftpd(): Promise<void> {
  const server = await startVsftpd();
  after(() => server.stop());
  const login = `${server.user}:${encodeURIComponent(server.password)}`;
  const trust = `accept-specified-ssl-hash=${server.certificate.sha256}`;
  let count = 0;

  for (const [kind, scheme, port, query] of [
    ['FTP', 'ftp', server.port, ''],
    ['FTPS', 'ftps', server.port, `?${trust}`],
  ] as const) {
    testDestinationContract(kind, async () => {
      const name = `folder ${++count}`;
      const folder = join(server.dataFolder, name);
      await mkdir(folder);
      await chown(folder, server.userId, server.userId);
      const url = `${scheme}://${login}@127.0.0.1:${port}/data/${encodeURIComponent(name)}${query}`;
      return {
        open: () => openDestination(url),
        removeFolder: () => rm(folder, { recursive: true }),
        moreThanAPage: 50,
      };
    });
  }

  const newFolder = async (): Promise<string> => {
    const name = `folder-${++count}`;
    await mkdir(join(server.dataFolder, name));
    await chown(join(server.dataFolder, name), server.userId, server.userId);
    return `data/${name}`;
  };

  test('FTPS from the start, and FTP with plain names, store and give back', async () => {
    const folder = await newFolder();
    for (const url of [
      `aftp://${login}@127.0.0.1:${server.implicitPort}/${folder}?aftp-encryption-mode=Implicit&${trust}`,
      `ftp://${login}@127.0.0.1:${server.port}/${folder}?ftp-use-cwd-names=true`,
      `ftp://${login}@127.0.0.1:${server.port}/${folder}?ftp-absolute-path=true`,
      `ftp://${login}@127.0.0.1:${server.port}/${folder}?ftp-encryption-mode=Auto&${trust}`,
    ]) {
      await using destination = await openDestination(url);
      const bytes = seededBytes(100_000);
      await destination.put('a', memorySource(bytes));
      assert.ok(bytes.equals(await readAll(destination, 'a')), url);
      assert.deepEqual(
        (await collect(destination.list())).map(({ name }) => name),
        ['a'],
      );
    }
  });

  test('FTP refuses a wrong password', async () => {
    await using destination = await openDestination(`ftp://anonymous:wrong@127.0.0.1:${server.port}/data`);
    await assert.rejects(collect(destination.list()), {
      code: 'destination-refused',
      retryable: false,
      message: /does not let 'anonymous' in/,
    });
  });

  test('FTPS refuses a certificate that nothing vouches for', async () => {
    for (const query of ['', `?accept-specified-ssl-hash=${'0'.repeat(40)}`]) {
      await using destination = await openDestination(
        `ftps://${login}@127.0.0.1:${server.port}/data${query}`,
      );
      await assert.rejects(collect(destination.list()), {
        code: 'destination-refused',
        message: /certificate of .* is not trusted/,
      });
    }
  });

  test('FTPS accepts a certificate by SHA-1, by its authority, or any', async () => {
    const { sha1, certificatePath } = server.certificate;
    for (const query of [
      `accept-specified-ssl-hash=${sha1.replaceAll(':', '')}`,
      `ca-certificate-file=${certificatePath}`,
      'accept-any-ssl-certificate=true',
    ]) {
      const url = `ftps://${login}@127.0.0.1:${server.port}/${await newFolder()}?${query}`;
      await using destination = await openDestination(url);
      assert.deepEqual(await collect(destination.list()), [], query);
    }
  });

  test('FTP refuses a folder that the server does not let it write to', async () => {
    await using destination = await openDestination(`ftp://${login}@127.0.0.1:${server.port}/`);
    await assert.rejects(destination.put('a', memorySource(Buffer.from('x'))), {
      code: 'destination-refused',
      retryable: false,
    });
  });

  test('FTP cut off in the middle is unreachable, leaves no file, and works again', async (t) => {
    const proxy = await startCuttingProxy(server.port);
    t.after(() => proxy.stop());
    const url = `ftp://${login}@127.0.0.1:${proxy.port}/${await newFolder()}`;
    await using destination = await openDestination(url);
    // In the login, after it, and in the dialogue about the file.
    for (const bytes of [50, 300, 500]) {
      proxy.cutAfter(bytes);
      await assert.rejects(destination.put(`half-${bytes}`, memorySource(seededBytes(1000))), {
        code: 'destination-unreachable',
      });
    }
    proxy.heal();
    await destination.put('whole', memorySource(Buffer.from('x')));
    assert.deepEqual(
      (await collect(destination.list())).map(({ name }) => name),
      ['whole'],
    );
  });

  test('FTP replaces a connection of which the server took leave while it was idle', async (t) => {
    const line = await startLeavingLine(server.port);
    t.after(() => line.stop());
    const destination = await openDestination(`ftp://${login}@127.0.0.1:${line.port}/${await newFolder()}`);
    t.after(() => destination[Symbol.asyncDispose]());
    await destination.put('a', memorySource(seededBytes(1000)));
    const now = performance.now.bind(performance);
    let idleMs = 0;
    t.mock.method(performance, 'now', () => now() + idleMs);
    for (const when of ['at once', 'when asked'] as const) {
      for (const verb of [
        () => collect(destination.list()),
        () => destination.put('b', memorySource(seededBytes(1000))),
        () => readAll(destination, 'a'),
        () => destination.delete('b'),
      ]) {
        const before = line.connections;
        await line.takeLeave(when);
        idleMs += 60_000;
        await verb();
        assert.equal(line.connections, before + 1, `${when}: ${verb}`);
      }
    }
  });

  // One that is left open is never told of, so the wait for it has to end.
  test('FTP closes the source of an upload that the server breaks off', { timeout: 60_000 }, async (t) => {
    const line = await startLeavingLine(server.port);
    t.after(() => line.stop());
    await using destination = await openDestination(
      `ftp://${login}@127.0.0.1:${line.port}/${await newFolder()}`,
    );
    const { source, closed } = watchedSource(Buffer.alloc(1_000_000), async (number) => {
      if (number === 3) await line.takeLeave('at once');
    });
    await assert.rejects(destination.put('a', source), { code: 'destination-unreachable' });
    await closed;
  });

  test('openDestination() refuses FTP connections that the server would open', async () => {
    const url = `ftp://${login}@127.0.0.1:${server.port}/data?ftp-data-connection-type=AutoActive`;
    await assert.rejects(openDestination(url), { code: 'destination-refused', message: /AutoActive/ });
  });
}
