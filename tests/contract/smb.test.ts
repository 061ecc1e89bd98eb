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
import { type SambaServer, startSamba } from '../support/servers/samba.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { assertOutlivesCut } from './cut-line.ts';
import { testDestinationContract } from './destination-contract.ts';

if (!hasProgram('/usr/sbin/smbd')) test('SMB', (t) => t.skip('samba is not installed'));
else if (process.getuid?.() !== 0) test('SMB', (t) => t.skip('samba has to be started by root'));
else await testAgainstSamba();

async function testAgainstSamba(): Promise<void> {
  const server = await startSamba();
  after(() => server.stop());
  let count = 0;
  const newFolder = async ({ dataFolder, userId } = server): Promise<string> => {
    const name = `folder ${++count}`;
    await mkdir(join(dataFolder, name));
    await chown(join(dataFolder, name), userId, userId);
    return name;
  };

  for (const [kind, share] of [
    ['SMB', 'plain'],
    ['SMB with encryption', 'sealed'],
  ] as const) {
    testDestinationContract(kind, async () => {
      const name = await newFolder();
      return {
        open: () => openDestination(urlOf(server, share, name)),
        removeFolder: () => rm(join(server.dataFolder, name), { recursive: true }),
        pieceBytes: 1024 * 1024,
        moreThanAPage: 150,
      };
    });
  }

  test('SMB speaks every version since 2.0.2', async () => {
    for (const version of ['SMB2_02', 'SMB2_10', 'SMB3_00', 'SMB3_02']) {
      const older = await startSamba(version);
      try {
        const url = urlOf(older, version.startsWith('SMB3') ? 'sealed' : 'plain', await newFolder(older));
        await using destination = await openDestination(url);
        const bytes = seededBytes(300_000);
        await destination.put('a', memorySource(bytes));
        assert.ok(bytes.equals(await readAll(destination, 'a')), version);
      } finally {
        await older.stop();
      }
    }
  });

  test('SMB encrypts where the user insists on it, or refuses', async () => {
    const folder = await newFolder();
    await using destination = await openDestination(
      `${urlOf(server, 'plain', folder)}?smb-encryption=always`,
    );
    await destination.put('a', memorySource(Buffer.from('x')));
    const older = await startSamba('SMB2_10');
    try {
      const url = `${urlOf(older, 'plain', await newFolder(older))}?smb-encryption=always`;
      await using plain = await openDestination(url);
      await assert.rejects(collect(plain.list()), { code: 'destination-refused', message: /cannot encrypt/ });
    } finally {
      await older.stop();
    }
  });

  test('SMB refuses a wrong password, an unknown user, and a share that is not there', async () => {
    const refused = { code: 'destination-refused', retryable: false };
    for (const [url, message] of [
      [
        `smb://daemon:wrong@127.0.0.1:${server.port}/plain`,
        /does not let 'daemon' in: wrong user or password/,
      ],
      [`smb://nobody-here:x@127.0.0.1:${server.port}/plain`, /nobody-here/],
      [urlOf(server, 'absent', 'x'), /no such share/],
    ] as const) {
      await using destination = await openDestination(url);
      await assert.rejects(collect(destination.list()), { ...refused, message });
    }
  });

  test('SMB refuses a folder that it may not write to', async () => {
    const name = await newFolder();
    await chown(join(server.dataFolder, name), 0, 0);
    await using destination = await openDestination(urlOf(server, 'plain', name));
    await assert.rejects(destination.put('a', memorySource(Buffer.from('x'))), {
      code: 'destination-refused',
    });
  });

  test('SMB cut off in the middle is unreachable, leaves no file, and works again', async (t) => {
    const proxy = await startCuttingProxy(server.port);
    t.after(() => proxy.stop());
    const url = urlOf({ ...server, port: proxy.port }, 'plain', await newFolder());
    await using destination = await openDestination(url);
    await assertOutlivesCut(destination, proxy, { sizeBytes: 5_000_000, cutAfterBytes: 1_500_000 });
  });

  test('openDestination() refuses an SMB URL without a share, and NetBIOS', async () => {
    await assert.rejects(openDestination('smb://host/'), { code: 'destination-url-invalid' });
    await assert.rejects(openDestination('smb://host/share?transport=netbios'), {
      code: 'destination-refused',
    });
  });
}

function urlOf({ user, password, port }: SambaServer, share: string, folder: string): string {
  const login = `${user}:${encodeURIComponent(password)}`;
  return `smb://${login}@127.0.0.1:${port}/${share}/${encodeURIComponent(folder)}`;
}
