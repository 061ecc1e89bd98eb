import assert from 'node:assert/strict';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RunController, toBase64 } from '../../src/base/index.ts';
import { hashBytes } from '../../src/crypto/index.ts';
import type { LocalDatabase } from '../../src/database/index.ts';
import type { FormatSettings } from '../../src/format/index.ts';
import { planListing } from '../../src/operations/verify-listing/plan.ts';
import { fixtureCase } from '../support/fixture-cases.ts';
import { type PlainEntry, readPlainVolume, writePlainVolume } from '../support/plain-volume.ts';
import { type Recreated, recreateFrom, versionContents } from '../support/recreated.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FORMAT: FormatSettings = { blocksizeBytes: 102_400, blockHash: 'SHA256', fileHash: 'SHA256' };

/** Bytes of an AES volume that only the right passphrase can check. */
const PLACE_OF_KEYS = 300;

/** A copy of a backup of three versions, to be damaged. */
interface Copy {
  readonly destination: string;
  readonly passphrase: string | null;
  /** Names of its volumes of a kind, sorted. */
  names(kind: 'dblock' | 'dindex' | 'dlist'): string[];
  remove(name: string): void;
  /** Turns over the bits of one byte, counted from the end where negative. */
  flip(name: string, at: number): void;
}

/**
 * `plain-100kb` is not encrypted, has four dblocks, a file of several blocks among them, and a dindex for
 * each; `blocks-1kb` is the same encrypted, with many blocklists.
 */
async function copyOf(t: TestContext, name: 'plain-100kb' | 'blocks-1kb'): Promise<Copy | undefined> {
  const fixture = fixtureCase(name);
  if (fixture === undefined) {
    t.skip('no fixtures here');
    return undefined;
  }
  const destination = join(await temporaryFolder(t), 'destination');
  cpSync(fixture.destination, destination, { recursive: true });
  for (const file of readdirSync(destination)) chmodSync(join(destination, file), 0o600);
  return {
    destination,
    passphrase: fixture.passphrase,
    names: (kind) =>
      readdirSync(destination)
        .filter((file) => file.includes(`.${kind}.`))
        .toSorted(),
    remove: (file) => rmSync(join(destination, file)),
    flip(file, at) {
      const bytes = readFileSync(join(destination, file));
      const place = at < 0 ? bytes.length + at : at;
      bytes.writeUInt8(bytes.readUInt8(place) ^ 0xff, place);
      writeFileSync(join(destination, file), bytes);
    },
  };
}

/** The whole backup rebuilds to what it was before the damage. */
async function assertUnharmed(t: TestContext, copy: Copy, original: Recreated): Promise<Recreated> {
  const recreated = await recreateFrom(t, copy);
  assert.deepEqual(recreated.result.brokenVersions, []);
  assert.deepEqual(versionContents(recreated.database), versionContents(original.database));
  assertComplete(copy, recreated.database);
  return recreated;
}

/** The database knows every volume that lies there, and needs none that does not. */
function assertComplete(copy: Copy, database: LocalDatabase): void {
  const known = database.volumes.all().filter((volume) => volume.state !== 'temporary');
  assert.deepEqual(known.map((volume) => volume.name).toSorted(), readdirSync(copy.destination).toSorted());
  const stored = new Set<number>(known.map((volume) => volume.id));
  for (const block of database.blocks.all())
    assert.ok(stored.has(block.volumeId), `place of block ${block.id}`);
  for (const { id, areBlocksKnown, firstBlock = 0, lastBlock = 0 } of known) {
    const range = database.blocks.rangeOf(id);
    if (areBlocksKnown && range !== undefined)
      assert.deepEqual({ first: firstBlock, last: lastBlock }, range);
  }
  assert.equal(planListing(database.volumes.all(), []).unknown.length, 0);
}

function warningIds({ log }: Recreated): string[] {
  return [...new Set(log.filter(({ level }) => level === 'warning').map(({ id }) => id))];
}

for (const name of ['plain-100kb', 'blocks-1kb'] as const) {
  test(`recreateDatabase() reads the dblock of a removed dindex of '${name}', and no other`, async (t) => {
    const copy = await copyOf(t, name);
    if (copy === undefined) return;
    const original = await recreateFrom(t, copy);
    const [dindex = ''] = copy.names('dindex');
    copy.remove(dindex);
    const recreated = await assertUnharmed(t, copy, original);
    assert.equal(recreated.result.dblocksRead, 1);
    assert.deepEqual(warningIds(recreated), []);
  });

  test(`recreateDatabase() reads each dblock once when all dindexes of '${name}' are removed`, async (t) => {
    const copy = await copyOf(t, name);
    if (copy === undefined) return;
    const original = await recreateFrom(t, copy);
    for (const dindex of copy.names('dindex')) copy.remove(dindex);
    const recreated = await assertUnharmed(t, copy, original);
    assert.equal(recreated.result.dblocksRead, copy.names('dblock').length);
    const dlistsTwice = 2 * copy.names('dlist').length;
    assert.equal(recreated.statistics.filesDownloaded, dlistsTwice + copy.names('dblock').length);
    assert.equal(original.database.blocks.count(), recreated.database.blocks.count());
  });

  test(`recreateDatabase() takes a tampered dindex of '${name}' for an absent one`, async (t) => {
    const copy = await copyOf(t, name);
    if (copy === undefined) return;
    const original = await recreateFrom(t, copy);
    const [dindex = ''] = copy.names('dindex');
    copy.flip(dindex, 1000);
    const recreated = await assertUnharmed(t, copy, original);
    assert.equal(recreated.result.dblocksRead, 1);
    assert.equal(warningIds(recreated).length, 1);
  });
}

test('recreateDatabase() is not misled about the passphrase by one volume with a damaged beginning', async (t) => {
  const copy = await copyOf(t, 'blocks-1kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const [dindex = ''] = copy.names('dindex');
  copy.flip(dindex, PLACE_OF_KEYS);
  const recreated = await assertUnharmed(t, copy, original);
  assert.deepEqual(recreated.result.unreadableVolumes, [dindex]);
});

test('recreateDatabase() warns of a dindex that describes an absent dblock, and loses nothing by it', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const absent = 'duplicati-b00000000000000000000000000000001.dblock.zip';
  const [first] = [...original.database.blocks.all()];
  const json = `{"blocks":[{"hash":"${toBase64(first?.hash ?? Buffer.alloc(32))}","size":${first?.sizeBytes}},{"hash":"${toBase64(Buffer.alloc(32, 1))}","size":7}],"volumehash":"${toBase64(Buffer.alloc(32))}","volumesize":1000}`;
  await writePlainVolume(copy.destination, 'duplicati-i00000000000000000000000000000002.dindex.zip', {
    format: FORMAT,
    entries: [[`vol/${absent}`, Buffer.from(json)]],
  });
  const recreated = await assertUnharmed(t, copy, original);
  assert.deepEqual(recreated.result.missingVolumes, [absent]);
  assert.deepEqual(warningIds(recreated), ['dblock-missing']);
  assert.equal(recreated.database.volumes.find(absent)?.state, 'temporary');
});

test('recreateDatabase() finds a dblock again whose name has other endings', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const [dindex = ''] = copy.names('dindex');
  const entries = await readPlainVolume(copy.destination, dindex);
  const renamed = entries.map(([name, bytes]): PlainEntry => [name.replace(/^(vol\/.*)$/, '$1.aes'), bytes]);
  copy.remove(dindex);
  await writePlainVolume(copy.destination, dindex, { format: FORMAT, entries: renamed });
  const recreated = await assertUnharmed(t, copy, original);
  assert.deepEqual(warningIds(recreated), ['dblock-renamed']);
  assert.equal(recreated.result.dblocksRead, 0);
});

for (const [what, damage] of [
  ['other content than its name says', (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1)],
  ['a length that is no multiple of a hash', (bytes: Uint8Array) => bytes.subarray(1)],
  ['no content', () => new Uint8Array()],
] as const) {
  test(`recreateDatabase() fetches a blocklist from its dblock where the dindex has one with ${what}`, async (t) => {
    const copy = await copyOf(t, 'plain-100kb');
    if (copy === undefined) return;
    const original = await recreateFrom(t, copy);
    let damaged = 0;
    for (const dindex of copy.names('dindex')) {
      const entries = await readPlainVolume(copy.destination, dindex);
      copy.remove(dindex);
      await writePlainVolume(copy.destination, dindex, {
        format: FORMAT,
        entries: entries.map(([name, bytes]): PlainEntry => {
          if (!name.startsWith('list/')) return [name, bytes];
          damaged++;
          return [name, damage(bytes)];
        }),
      });
    }
    assert.ok(damaged > 0);
    const recreated = await assertUnharmed(t, copy, original);
    assert.ok(recreated.result.dblocksRead > 0);
    assert.deepEqual(warningIds(recreated), ['dindex-damaged']);
  });
}

test('recreateDatabase() counts no block twice for a second dindex of one dblock, or one that repeats blocks', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const [dindex = '', other = ''] = copy.names('dindex');
  cpSync(
    join(copy.destination, dindex),
    join(copy.destination, 'duplicati-i00000000000000000000000000000002.dindex.zip'),
  );
  const entries = await readPlainVolume(copy.destination, other);
  copy.remove(other);
  await writePlainVolume(copy.destination, other, {
    format: FORMAT,
    entries: entries.map(([name, bytes]): PlainEntry => {
      if (!name.startsWith('vol/')) return [name, bytes];
      const json = JSON.parse(Buffer.from(bytes).toString());
      return [name, Buffer.from(JSON.stringify({ ...json, blocks: [...json.blocks, ...json.blocks] }))];
    }),
  });
  const recreated = await assertUnharmed(t, copy, original);
  assert.equal(recreated.database.blocks.count(), original.database.blocks.count());
  const dblocks = recreated.database.volumes.stored('dblock');
  assert.ok(dblocks.some(({ id }) => recreated.database.volumes.indexesOf(id).length === 2));
});

test('recreateDatabase() completes a dindex that leaves blocks out from the dblock', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const [dindex = ''] = copy.names('dindex');
  const entries = await readPlainVolume(copy.destination, dindex);
  copy.remove(dindex);
  await writePlainVolume(copy.destination, dindex, {
    format: FORMAT,
    entries: entries.map(([name, bytes]): PlainEntry => {
      if (!name.startsWith('vol/')) return [name, bytes];
      const json = JSON.parse(Buffer.from(bytes).toString());
      return [name, Buffer.from(JSON.stringify({ ...json, blocks: json.blocks.slice(0, 3) }))];
    }),
  });
  const recreated = await assertUnharmed(t, copy, original);
  assert.ok(recreated.result.dblocksRead >= 1);
});

test('recreateDatabase() does not believe a dindex about a dblock of another length', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const [dblock = ''] = copy.names('dblock');
  writeFileSync(
    join(copy.destination, dblock),
    readFileSync(join(copy.destination, dblock)).subarray(0, 20_000),
  );
  const { result, database } = await recreateFrom(t, copy);
  assert.deepEqual(result.missingVolumes, [dblock]);
  assert.ok(result.brokenVersions.length > 0);
  const lost = [...database.blocks.all()].filter(({ volumeId }) => volumeId === 0);
  assert.ok(lost.length > 0);
});

test('recreateDatabase() keeps the other versions when a dlist is damaged', async (t) => {
  for (const name of ['plain-100kb', 'blocks-1kb'] as const) {
    const copy = await copyOf(t, name);
    if (copy === undefined) return;
    const original = await recreateFrom(t, copy);
    const [, middle = ''] = copy.names('dlist');
    copy.flip(middle, 400);
    const recreated = await recreateFrom(t, copy);
    const { result, database } = recreated;
    assert.deepEqual(result.unreadableVolumes, [middle]);
    assert.equal(result.versions, 2);
    const expected = versionContents(original.database) as { timestamp: number }[];
    assert.deepEqual(
      versionContents(database),
      expected.filter((_, index) => index !== 1),
    );
    assertComplete(copy, database);
  }
});

test('recreateDatabase() leaves out entries with paths that lead elsewhere, and lists that end in the middle', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const empty = toBase64(hashBytes('SHA256', new Uint8Array()));
  const line = (path: string) =>
    `{"type":"File","path":"${path}","hash":"${empty}","size":0,"time":"20240101T000000Z","metahash":"${empty}","metasize":0}`;
  const write = (name: string, list: string) =>
    writePlainVolume(copy.destination, name, {
      format: FORMAT,
      entries: [['filelist.json', Buffer.from(list)]],
    });
  await write(
    'duplicati-20300101T000000Z.dlist.zip',
    `[${['/good', '../up', '/a/../b', 'C:\\\\good too', '/good'].map(line)}]`,
  );
  await write('duplicati-20310101T000000Z.dlist.zip', `[${line('/never')},`);
  const recreated = await recreateFrom(t, copy);
  const [newest] = recreated.database.filesets.versions();
  assert.ok(newest !== undefined);
  const paths = [...recreated.database.entries.listed({ seq: newest.seq })].map(({ path }) => path);
  assert.deepEqual(paths, ['/good', 'C:\\good too']);
  assert.equal(newest.totals?.files, 2);
  assert.deepEqual(warningIds(recreated), ['entry-path-unsafe', 'filelist-corrupt']);
  assert.equal(recreated.result.versions, 4);
});

test('recreateDatabase() says what is lost with a dblock, and keeps everything else', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  for (const [at, dblock] of copy.names('dblock').entries()) {
    const kept = readFileSync(join(copy.destination, dblock));
    copy.remove(dblock);
    const { result, database } = await recreateFrom(t, copy);
    assert.deepEqual(result.missingVolumes, [dblock], `dblock ${at}`);
    assert.deepEqual(versionContents(database), versionContents(original.database));
    const lostBlocks = [...database.blocks.all()].filter(({ volumeId }) => volumeId === 0);
    assert.equal(result.brokenVersions.length > 0, lostBlocks.length > 0);
    writeFileSync(join(copy.destination, dblock), kept);
  }
});

test('recreateDatabase() uses no damaged block of a dblock without dindex', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  for (const dindex of copy.names('dindex')) copy.remove(dindex);
  const [dblock = ''] = copy.names('dblock');
  const entries = await readPlainVolume(copy.destination, dblock);
  const [victim] = entries;
  assert.ok(victim !== undefined);
  copy.remove(dblock);
  await writePlainVolume(copy.destination, dblock, {
    format: FORMAT,
    entries: entries.map(
      ([name, bytes]): PlainEntry => [name, name === victim[0] ? bytes.map((byte) => byte ^ 1) : bytes],
    ),
  });
  const recreated = await recreateFrom(t, copy);
  assert.deepEqual(recreated.result.missingVolumes, [dblock]);
  assert.ok(recreated.result.brokenVersions.length > 0);
  const lost = [...recreated.database.blocks.all()].filter(({ volumeId }) => volumeId === 0);
  assert.deepEqual(
    lost.map(({ hash }) => toBase64(hash).replaceAll('+', '-').replaceAll('/', '_')),
    [victim[0]],
  );
});

test('recreateDatabase() refuses with a reason where nothing can be rebuilt', async (t) => {
  const copy = await copyOf(t, 'blocks-1kb');
  if (copy === undefined) return;
  await assert.rejects(recreateFrom(t, { ...copy, passphrase: 'not it' }), { code: 'wrong-passphrase' });
  await assert.rejects(recreateFrom(t, { ...copy, passphrase: null }), { code: 'passphrase-missing' });
  await assert.rejects(recreateFrom(t, { ...copy, prefix: 'other' }), { code: 'no-backup-found' });
  for (const dindex of copy.names('dindex')) copy.remove(dindex);
  await assert.rejects(recreateFrom(t, { ...copy, passphrase: 'not it' }), { code: 'wrong-passphrase' });
  const [kept = '', ...others] = copy.names('dlist');
  for (const dlist of others) copy.remove(dlist);
  copy.flip(kept, -1);
  await assert.rejects(recreateFrom(t, copy), { code: 'no-version-readable' });
  copy.remove(kept);
  await assert.rejects(recreateFrom(t, copy), { code: 'no-versions' });
});

test('recreateDatabase() ends with the reason of an abort', async (t) => {
  const copy = await copyOf(t, 'blocks-1kb');
  if (copy === undefined) return;
  const controller = new RunController();
  controller.abort();
  await assert.rejects(recreateFrom(t, { ...copy, controller }), { code: 'aborted' });
});

test('recreateDatabase() reads volumes without manifests when told so', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  const recreated = await recreateFrom(t, { ...copy, input: { manifests: 'ignore', fallback: FORMAT } });
  assert.deepEqual(versionContents(recreated.database), versionContents(original.database));
});

test('recreateDatabase() leaves out a volume that was made with other settings', async (t) => {
  const copy = await copyOf(t, 'plain-100kb');
  if (copy === undefined) return;
  const original = await recreateFrom(t, copy);
  await writePlainVolume(copy.destination, 'duplicati-20300101T000000Z.dlist.zip', {
    format: { ...FORMAT, blocksizeBytes: 1024 },
    entries: [['filelist.json', Buffer.from('[]')]],
  });
  const recreated = await assertUnharmed(t, copy, original);
  assert.deepEqual(warningIds(recreated), ['manifest-mismatch']);
});
