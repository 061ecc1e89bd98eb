import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';

import fc from 'fast-check';

import {
  DEFLATE,
  joinPieces,
  makeArchive,
  openBytes,
  readEntries,
  ZSTD,
} from '../../tests/support/archives.ts';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { FormatError } from '../base/index.ts';
import { writeDirectoryEnd } from './zip-directory-end.ts';
import {
  centralRecordBytes,
  FLAG,
  METHOD,
  writeCentralRecord,
  writeLocalHeader,
  type ZipRecord,
} from './zip-records.ts';

const TEXT = Buffer.alloc(2000, 'ashlar masonry ');

interface HandMade {
  readonly name: string;
  readonly stored: Uint8Array;
  readonly claims?: Partial<ZipRecord>;
}

/** A zip whose records claim what they are told to, in both places. */
function handMadeZip(entries: readonly HandMade[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, stored, claims } of entries) {
    const record: ZipRecord = {
      name,
      method: METHOD.stored,
      flags: 0,
      crc32: crc32(stored),
      sizeBytes: stored.length,
      storedBytes: stored.length,
      headerOffset: offset,
      ...claims,
    };
    const local = Buffer.alloc(30 + name.length);
    writeLocalHeader(local, record, name.length, 0);
    const central = Buffer.alloc(centralRecordBytes(record, name.length));
    writeCentralRecord(central, 0, record, { nameBytes: name.length, modified: 0 });
    locals.push(local, Buffer.from(stored));
    centrals.push(central);
    offset += local.length + stored.length;
  }
  const directory = Buffer.concat(centrals);
  const end = writeDirectoryEnd({
    entryCount: entries.length,
    directoryOffset: offset,
    directoryBytes: directory.length,
  });
  return Buffer.concat([...locals, directory, end]);
}

/** Opens and reads everything, whole and in pieces. */
async function readAll(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  using reader = await openBytes('zip', bytes);
  const contents = readEntries(reader);
  for (const entry of reader.entries) {
    assert.ok(joinPieces(reader.pieces(entry)).equals(contents.get(entry.name) ?? Buffer.alloc(0)));
  }
  return contents;
}

async function assertRefused(bytes: Uint8Array, code: string, message: RegExp): Promise<void> {
  await assert.rejects(readAll(bytes), (error) => {
    assert.ok(error instanceof FormatError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.equal(error.details['volume'], 'v');
    return true;
  });
}

const sample = (): Buffer =>
  makeArchive('zip', ZSTD, (writer) => {
    writer.add('manifest', Buffer.from('{"Version":2}'), 'compress');
    writer.add('text', TEXT, 'compress');
    writer.addPieces('pieces', [TEXT], 'compress');
    writer.add('random', seededBytes(300), 'store');
  });

test('openArchive() refuses a zip cut off at any length, unless only its directory suffered', async () => {
  const bytes = sample();
  const right = await readAll(bytes);
  const directoryOffset = bytes.readUInt32LE(bytes.length - 6);
  for (let length = 0; length < bytes.length; length += 1) {
    const cut = readAll(bytes.subarray(0, length));
    if (length < directoryOffset + 4) await assert.rejects(cut, FormatError, `${length} bytes`);
    else assert.deepEqual(await cut, right);
  }
});

test('openArchive() calls a zip that ends before its directory truncated', async () => {
  const bytes = sample();
  await assertRefused(bytes.subarray(0, 60), 'volume-truncated', /volume 'v': it ends/);
});

test('a zip with a changed byte is refused or gives nothing but right contents', async () => {
  for (const bytes of [
    sample(),
    makeArchive('zip', DEFLATE, (writer) => {
      writer.add('manifest', Buffer.from('{"Version":2}'), 'compress');
      writer.add('text', TEXT, 'compress');
    }),
  ]) {
    const right = await readAll(bytes);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ mask;
        try {
          assert.deepEqual(await readAll(changed), right, `byte ${at} ^ ${mask}`);
        } catch (error) {
          assert.ok(error instanceof FormatError, `byte ${at} ^ ${mask}: ${error}`);
        }
      }
    }
  }
});

test('openArchive() parses arbitrary bytes or throws a FormatError', async () => {
  const junk = fc.uint8Array({ maxLength: 300 });
  const inside = fc.tuple(junk, fc.nat(sample().length), fc.nat(40)).map(([bytes, at, cut]) => {
    const original = sample();
    return Buffer.concat([original.subarray(0, at), bytes.subarray(0, 20), original.subarray(at + cut)]);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(junk, inside), async (bytes) => {
      await readAll(bytes).catch((error: unknown) => assert.ok(error instanceof FormatError, String(error)));
    }),
    { numRuns: 300 },
  );
});

test('openArchive() refuses two entries of one name, also if only the slash differs', async () => {
  const twice = [
    { name: 'list/a', stored: Buffer.from('one') },
    { name: 'list/a', stored: Buffer.from('two') },
  ];
  await assertRefused(handMadeZip(twice), 'volume-corrupt', /'list\/a' of volume 'v': there are two/);
  const slashes = [
    { name: 'list/a', stored: Buffer.from('one') },
    { name: 'list\\a', stored: Buffer.from('two') },
  ];
  await assertRefused(handMadeZip(slashes), 'volume-corrupt', /there are two/);
});

test('openArchive() skips entries without a name', async () => {
  const bytes = handMadeZip([
    { name: '', stored: Buffer.from('one') },
    { name: 'a', stored: Buffer.from('two') },
  ]);
  assert.deepEqual([...(await readAll(bytes)).keys()], ['a']);
});

test('ZipReader refuses content that is shorter or longer than declared', async () => {
  for (const [method, stored] of [
    [METHOD.deflate, deflateRawSync(TEXT)],
    [METHOD.zstd, zstdCompressSync(TEXT)],
    [METHOD.stored, TEXT],
  ] as const) {
    for (const sizeBytes of [TEXT.length - 1, TEXT.length + 1, 0]) {
      const claims = { method, sizeBytes, crc32: crc32(TEXT.subarray(0, sizeBytes)) };
      const bytes = handMadeZip([{ name: 'a', stored, claims }]);
      await assertRefused(bytes, 'volume-corrupt', /entry 'a' of volume 'v': /);
      using reader = await openBytes('zip', bytes);
      const entry = reader.find('a');
      assert.ok(entry);
      assert.throws(() => joinPieces(reader.pieces(entry)), FormatError);
    }
  }
});

test('ZipReader refuses a wrong checksum and goes on with other entries', async () => {
  for (const [method, stored] of [
    [METHOD.deflate, deflateRawSync(TEXT)],
    [METHOD.zstd, zstdCompressSync(TEXT)],
  ] as const) {
    const truth = { method, sizeBytes: TEXT.length, crc32: crc32(TEXT) };
    const bytes = handMadeZip([
      { name: 'wrong', stored, claims: { ...truth, crc32: 1 } },
      { name: 'cut', stored: stored.subarray(0, -4), claims: truth },
      { name: 'junk', stored: seededBytes(50), claims: truth },
      { name: 'right', stored, claims: truth },
    ]);
    using reader = await openBytes('zip', bytes);
    const [wrong, cut, junk, right] = reader.entries;
    assert.ok(wrong && cut && junk && right);
    assert.throws(() => reader.read(wrong, 1e6), /checksum is wrong/);
    assert.ok(reader.read(wrong, 1e6, undefined, 'skip').equals(TEXT));
    assert.throws(() => joinPieces(reader.pieces(wrong)), /checksum is wrong/);
    for (const bad of [cut, junk]) {
      assert.throws(() => reader.read(bad, 1e6), FormatError);
      assert.throws(() => joinPieces(reader.pieces(bad)), FormatError);
      assert.ok(reader.read(right, 1e6).equals(TEXT));
    }
  }
});

test('ZipReader.read() refuses more than the bytes allowed before reading any', async () => {
  const bytes = makeArchive('zip', ZSTD, (writer) =>
    writer.add('zeros', Buffer.alloc(5_000_000), 'compress'),
  );
  using reader = await openBytes('zip', bytes);
  const [entry] = reader.entries;
  assert.ok(entry);
  assert.throws(() => reader.read(entry, 4_999_999), { code: 'volume-too-large' });
  assert.equal(reader.read(entry, 5_000_000).length, 5_000_000);
});

test('ZipReader stops at the declared size of a decompression bomb', async () => {
  const zeros = Buffer.alloc(50_000_000);
  for (const [method, stored] of [
    [METHOD.deflate, deflateRawSync(zeros)],
    [METHOD.zstd, zstdCompressSync(zeros)],
  ] as const) {
    const claims = { method, sizeBytes: 1000, crc32: crc32(zeros.subarray(0, 1000)) };
    using reader = await openBytes('zip', handMadeZip([{ name: 'bomb', stored, claims }]));
    const [entry] = reader.entries;
    assert.ok(entry);
    assert.throws(() => reader.read(entry, 1e6), /longer than the 1000 bytes declared/);
    let given = 0;
    assert.throws(() => {
      for (const piece of reader.pieces(entry)) given += piece.length;
    }, /longer than the 1000 bytes declared/);
    assert.ok(given <= 1000);
  }
});

test('openArchive() refuses entries that overlap or lie outside', async () => {
  const big = { name: 'a', stored: seededBytes(1000) };
  const overlapping = handMadeZip([
    big,
    { name: 'b', stored: Buffer.alloc(0), claims: { headerOffset: 0, storedBytes: 900 } },
  ]);
  await assert.rejects(readAll(overlapping), FormatError);
  const outside = handMadeZip([{ ...big, claims: { headerOffset: 0xfffffff0 } }]);
  outside.writeUInt32LE(0x01020304, 0);
  await assertRefused(outside, 'volume-corrupt', /no readable zip directory/);
});

test('ZipReader.read() refuses a claim of far more compressed bytes than content before reading them', async () => {
  const stored = Buffer.alloc(3_000_000);
  const claims = { method: METHOD.deflate, sizeBytes: 10, storedBytes: stored.length };
  using reader = await openBytes('zip', handMadeZip([{ name: 'a', stored, claims }]));
  const [entry] = reader.entries;
  assert.ok(entry);
  assert.throws(() => reader.read(entry, 1e6), /declared to take up 3000000/);
});

test('ZipReader refuses encrypted entries and unknown methods as unsupported', async () => {
  const encrypted = handMadeZip([{ name: 'a', stored: TEXT, claims: { flags: FLAG.encrypted } }]);
  await assertRefused(encrypted, 'volume-unsupported', /encrypted/);
  const unknown = handMadeZip([{ name: 'a', stored: TEXT, claims: { method: 77 } }]);
  await assertRefused(unknown, 'volume-unsupported', /method 77/);
});

test('ZipReader refuses an entry whose local header has another name', async () => {
  const bytes = sample();
  bytes.write('M', bytes.lastIndexOf('manifest'));
  await assertRefused(bytes, 'volume-corrupt', /local header names it 'manifest'/);
});
