import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';

import fc from 'fast-check';

import {
  DEFLATE,
  joinPieces,
  makeArchive,
  NONE,
  openBytes,
  readEntries,
  ZSTD,
} from '../../tests/support/archives.ts';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { accessBytes } from '../base/index.ts';
import { type ArchiveSettings, createArchiveWriter, openArchive } from './index.ts';
import { readZipEntries } from './zip-entries.ts';

const SETTINGS: readonly ArchiveSettings[] = [DEFLATE, { ...DEFLATE, level: 0 }, ZSTD, NONE];
const TEXT = Buffer.alloc(20_000, 'blocks of stone, cut to one size; ');

const entryName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((name) => !/[/\\]/.test(name));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 500 }),
  fc.integer({ min: 0, max: 70_000 }).map((length) => TEXT.subarray(0, length)),
  fc.integer({ min: 0, max: 70_000 }).map((length) => seededBytes(length)),
);
const entries = fc.uniqueArray(
  fc.record({
    name: entryName,
    content,
    hint: fc.constantFrom('compress' as const, 'store' as const),
    way: fc.constantFrom('whole', 'pieces'),
  }),
  { selector: (entry) => Buffer.from(entry.name).toString(), maxLength: 8 },
);

test('openArchive() gives back what ZipWriter was given, by any method, whole and in pieces', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.constantFrom(...SETTINGS), async (list, settings) => {
      const bytes = makeArchive('zip', settings, (writer) => {
        for (const { name, content: whole, hint, way } of list) {
          if (way === 'whole') writer.add(name, whole, hint);
          else writer.addPieces(name, [whole.subarray(0, 100), whole.subarray(100)], hint);
        }
      });
      using reader = await openBytes('zip', bytes);
      assert.deepEqual(
        reader.entries.map((entry) => entry.name),
        list.map((entry) => entry.name),
      );
      for (const { name, content: whole } of list) {
        const entry = reader.find(name);
        assert.ok(entry);
        assert.equal(entry.sizeBytes, whole.length);
        assert.ok(reader.read(entry, whole.length).equals(whole));
        assert.ok(joinPieces(reader.pieces(entry)).equals(whole));
      }
    }),
    { numRuns: 60 },
  );
});

test('ZipWriter.sizeBytes is always the size of the archive if it were finished', () => {
  let written = 0;
  const count = (bytes: Uint8Array): void => {
    written += bytes.length;
  };
  const writer = createArchiveWriter('zip', count, ZSTD);
  const additions = [
    () => writer.add('a', TEXT, 'compress'),
    () => writer.add('b', seededBytes(5000), 'compress'),
    () => writer.addPieces('ü', [TEXT, TEXT], 'compress'),
  ];
  for (const [index, add] of additions.entries()) {
    add();
    const twin = makeArchive('zip', ZSTD, (other) => {
      if (index >= 0) other.add('a', TEXT, 'compress');
      if (index >= 1) other.add('b', seededBytes(5000), 'compress');
      if (index >= 2) other.addPieces('ü', [TEXT, TEXT], 'compress');
    });
    assert.equal(writer.sizeBytes, twin.length);
  }
  const expected = writer.sizeBytes;
  writer.finish();
  assert.equal(written, expected);
  assert.equal(writer.sizeBytes, expected);
});

test('ZipWriter hands a compressed entry to the sink in one call', () => {
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  const writer = createArchiveWriter('zip', count, DEFLATE);
  writer.add('a', TEXT, 'compress');
  assert.equal(calls, 1);
});

test('ZipWriter stores what does not shrink and what it is told to store', () => {
  for (const settings of [DEFLATE, ZSTD]) {
    const bytes = makeArchive('zip', settings, (writer) => {
      writer.add('random', seededBytes(50_000), 'compress');
      writer.add('short', Buffer.from('ab'), 'compress');
      writer.add('told', TEXT, 'store');
      writer.add('text', TEXT, 'compress');
    });
    const records = readZipEntries(accessBytes(bytes), 'v');
    assert.deepEqual(
      records
        .values()
        .map((record) => record.method)
        .toArray(),
      [0, 0, 0, settings === ZSTD ? 93 : 8],
    );
  }
});

test('ZipWriter writes one zstd frame an entry, with its content size', () => {
  const bytes = makeArchive('zip', ZSTD, (writer) => writer.add('text', TEXT, 'compress'));
  const [record] = readZipEntries(accessBytes(bytes), 'v').values();
  assert.ok(record);
  const frame = bytes.subarray(34, 34 + record.storedBytes);
  assert.equal(frame.readUInt32LE(0), 0xfd2fb528);
  assert.ok(zstdDecompressSync(frame).equals(TEXT));
  assert.equal(bytes.readUInt16LE(4), 63, 'version needed to extract');
});

test('ZipWriter writes exactly these bytes for a stored entry', () => {
  const bytes = makeArchive('zip', NONE, (writer) => writer.add('a', Buffer.from('stone'), 'compress'));
  assert.equal(
    bytes.toString('hex'),
    [
      '504b0304 1400 0000 0000 8318225c 2a052019 05000000 05000000 0100 0000 61',
      '73746f6e65',
      '504b0102 1400 1400 0000 0000 8318225c 2a052019 05000000 05000000 0100 0000 0000 0000 0000 00000000 00000000 61',
      '504b0506 0000 0000 0100 0100 2f000000 24000000 0000',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('ZipWriter refuses names that are used, empty or those of folders, and additions after the end', () => {
  const writer = createArchiveWriter('zip', () => {}, DEFLATE);
  writer.add('a', TEXT, 'compress');
  assert.throws(() => writer.add('a', TEXT, 'compress'), /already has/);
  assert.throws(() => writer.add('', TEXT, 'compress'), /Bad entry name/);
  assert.throws(() => writer.add('b/', TEXT, 'compress'), /Bad entry name/);
  writer.finish();
  assert.throws(() => writer.add('c', TEXT, 'compress'), /finished/);
});

test('ZipWriter cannot be finished after pieces that threw', () => {
  const writer = createArchiveWriter('zip', () => {}, DEFLATE);
  function* broken(): Generator<Buffer> {
    yield TEXT;
    throw new Error('source gone');
  }
  assert.throws(() => writer.addPieces('a', broken(), 'compress'), /source gone/);
  assert.throws(() => writer.finish(), /broken/);
});

test('ZipWriter.copy() takes compressed bytes as they are, and compresses again where the method differs', async () => {
  const original = makeArchive('zip', ZSTD, (writer) => {
    writer.add('text', TEXT, 'compress');
    writer.add('random', seededBytes(3000), 'compress');
    writer.addPieces('pieces', [TEXT, TEXT], 'compress');
  });
  using reader = await openBytes('zip', original);
  for (const settings of SETTINGS) {
    const bytes = makeArchive('zip', settings, (writer) => {
      for (const entry of reader.entries) writer.copy(reader, entry);
    });
    using copy = await openBytes('zip', bytes);
    assert.deepEqual(readEntries(copy), readEntries(reader));
    const isSame = settings === ZSTD;
    assert.equal(copy.find('text')?.storedBytes === reader.find('text')?.storedBytes, isSame);
    const methods = new Set(
      readZipEntries(accessBytes(bytes), 'v')
        .values()
        .map((record) => record.method),
    );
    assert.deepEqual(
      methods,
      new Set(isSame ? [93, 0] : settings.method === 'Deflate' && settings.level > 0 ? [8, 0] : [0]),
    );
  }
});

test('openArchive() reads a directory that is longer than what is read at a time', async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `${index}-${'x'.repeat(index % 500)}`);
  const bytes = makeArchive('zip', NONE, (writer) => {
    for (const name of names) writer.add(name, Buffer.from(name), 'store');
  });
  using reader = await openBytes('zip', bytes);
  assert.deepEqual(
    reader.entries.map(({ name }) => name),
    names,
  );
  for (const entry of reader.entries) assert.equal(reader.read(entry, 1000).toString(), entry.name);
});

test('ZipReader gives names with slashes for names with backslashes', async () => {
  const bytes = makeArchive('zip', DEFLATE, (writer) => writer.add('list\\abc', TEXT, 'compress'));
  using reader = await openBytes('zip', bytes);
  const entry = reader.find('list/abc');
  assert.ok(entry);
  assert.ok(reader.read(entry, 1e6).equals(TEXT));
  assert.equal(reader.find('LIST/abc'), undefined);
});

test('ZipReader.pieces() may be interleaved with other reads of the same source', async () => {
  const big = Buffer.concat([TEXT, seededBytes(300_000), TEXT]);
  const bytes = makeArchive('zip', DEFLATE, (writer) => {
    writer.add('big', big, 'compress');
    writer.add('stored', big, 'store');
    writer.add('other', TEXT, 'compress');
  });
  const window = Buffer.alloc(2 * bytes.length);
  const reusing = {
    sizeBytes: bytes.length,
    read: (offset: number, length: number) => {
      bytes.copy(window, 0, offset, offset + length);
      return window.subarray(0, length);
    },
  };
  using reader = await openArchive('zip', reusing, { volumeName: 'v', scratch: () => assert.fail() });
  const [first, second, other] = reader.entries;
  assert.ok(first && second && other);
  for (const entry of [first, second]) {
    const parts: Buffer[] = [];
    for (const piece of reader.pieces(entry)) {
      parts.push(Buffer.from(piece));
      assert.ok(reader.read(other, 1e6).equals(TEXT));
    }
    assert.ok(Buffer.concat(parts).equals(big));
  }
});

test('Python reads what ZipWriter writes, and ZipReader what Python writes', async (t) => {
  if (spawnSync('python3', ['-c', 'import zipfile, zlib']).status !== 0) {
    t.skip('python3 with zipfile is not installed');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-zip-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const ours = join(folder, 'ours.zip');
  const theirs = join(folder, 'theirs.zip');
  const bytes = makeArchive('zip', DEFLATE, (writer) => {
    writer.add('text', TEXT, 'compress');
    writer.add('dir/ünï', seededBytes(3000), 'compress');
    writer.addPieces('pieces', [TEXT, TEXT], 'compress');
    writer.addPieces('stored pieces', [TEXT, TEXT], 'store');
  });
  writeFileSync(ours, bytes);
  const script = `
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
assert source.testzip() is None
with open(sys.argv[2], 'wb') as raw:
    class Pipe:
        def write(self, data): return raw.write(data)
        def flush(self): raw.flush()
    target = zipfile.ZipFile(Pipe(), 'w', zipfile.ZIP_DEFLATED)
    for index, info in enumerate(source.infolist()):
        with target.open(info.filename, 'w', force_zip64=index % 2 == 0) as entry: entry.write(source.read(info))
    target.close()
`;
  const run = spawnSync('python3', ['-c', script, ours, theirs], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  using reader = await openBytes('zip', bytes);
  using back = await openBytes('zip', readFileSync(theirs));
  assert.deepEqual(readEntries(back), readEntries(reader));
});
