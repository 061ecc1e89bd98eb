import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import fc from 'fast-check';

import {
  DEFLATE,
  joinPieces,
  makeArchive,
  openBytes,
  readEntries,
  TGZ,
  TZSTD,
} from '../../tests/support/archives.ts';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { accessBytes, FormatError, memoryScratch, type Scratch } from '../base/index.ts';
import { type ArchiveSettings, createArchiveWriter, openArchive } from './index.ts';
import { parseTarHeader, writeTarHeader } from './tar-records.ts';

const TEXT = Buffer.alloc(3000, 'packed into one stream ');

const CONTAINERS: readonly {
  module: 'tzstd' | 'tgz';
  settings: ArchiveSettings;
  unpack: (bytes: Buffer) => Buffer;
  pack: (bytes: Buffer) => Buffer;
}[] = [
  { module: 'tzstd', settings: TZSTD, unpack: zstdDecompressSync, pack: (bytes) => zstdCompressSync(bytes) },
  { module: 'tgz', settings: TGZ, unpack: gunzipSync, pack: (bytes) => gzipSync(bytes) },
];

const entries = fc.uniqueArray(
  fc.record({
    name: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
      .filter((name) => !/[/\\\0]/.test(name)),
    content: fc.uint8Array({ maxLength: 2000 }),
    way: fc.constantFrom('whole', 'pieces'),
  }),
  { selector: (entry) => Buffer.from(entry.name).toString(), maxLength: 8 },
);

function sample(container: (typeof CONTAINERS)[number]): Buffer {
  return makeArchive(container.module, container.settings, (writer) => {
    writer.add('manifest', Buffer.from('{"Version":2}'), 'compress');
    writer.addPieces('list/pieces', [TEXT, TEXT], 'compress');
    writer.add('random', seededBytes(1500), 'store');
    writer.add('empty', Buffer.alloc(0), 'compress');
  });
}

/** The unpacked archive up to its directory. */
function members(tar: Buffer): Buffer {
  return tar.subarray(0, Number(tar.readBigInt64LE(tar.length - 14)));
}

for (const container of CONTAINERS) {
  const { module, settings, pack, unpack } = container;

  test(`openArchive() gives back what TarWriter was given, as ${module}`, async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const bytes = makeArchive(module, settings, (writer) => {
          for (const { name, content, way } of list) {
            if (way === 'whole') writer.add(name, content, 'compress');
            else writer.addPieces(name, [content.subarray(0, 10), content.subarray(10)], 'compress');
          }
        });
        using reader = await openBytes(module, bytes);
        assert.equal(reader.entries.length, list.length);
        for (const { name, content } of list) {
          const entry = reader.find(name);
          assert.ok(entry);
          assert.deepEqual(reader.read(entry, content.length), Buffer.from(content));
          assert.deepEqual(joinPieces(reader.pieces(entry)), Buffer.from(content));
        }
      }),
      { numRuns: 40 },
    );
  });

  test(`TarWriter lays ${module} out as members, a directory and nothing else`, () => {
    const tar = unpack(sample(container));
    assert.equal(tar.length % 512, 0);
    assert.equal(tar.toString('latin1', tar.length - 6), 'EOFHD1');
    const headerOffset = Number(tar.readBigInt64LE(tar.length - 14));
    const member = parseTarHeader(tar.subarray(headerOffset, headerOffset + 512));
    assert.equal(member?.name, '.eof-header');
    assert.equal(headerOffset + 512 + (member?.sizeBytes ?? 0), tar.length);
    const json: unknown = JSON.parse(
      tar.toString('utf8', headerOffset + 512, tar.indexOf('\0', headerOffset + 512)),
    );
    const seconds = settings.modifiedAt.getTime() / 1000;
    assert.deepEqual(json, {
      manifest: { Offset: 512, Size: 13, LastWriteTime: seconds },
      'list/pieces': { Offset: 1536, Size: 6000, LastWriteTime: seconds },
      random: { Offset: 8192, Size: 1500, LastWriteTime: seconds },
      empty: { Offset: 10240, Size: 0, LastWriteTime: seconds },
    });
    assert.ok(tar.subarray(1536, 4536).equals(TEXT));
  });

  test(`TarWriter writes no directory into ${module} without entries, which opens as empty`, async () => {
    const bytes = makeArchive(module, settings, () => {});
    assert.equal(unpack(bytes).length, 0);
    using reader = await openBytes(module, bytes);
    assert.equal(reader.entries.length, 0);
  });

  test(`openArchive() reads ${module} by its members when the directory is missing or wrong`, async () => {
    const bytes = sample(container);
    const tar = unpack(bytes);
    using whole = await openBytes(module, bytes);
    const lying = Buffer.from(tar);
    lying.write('7', lying.indexOf('"Size":13') + 7);
    const twoZeroBlocks = Buffer.concat([members(tar), Buffer.alloc(1024)]);
    for (const form of [members(tar), lying, twoZeroBlocks]) {
      using reader = await openBytes(module, pack(form));
      assert.deepEqual(readEntries(reader), readEntries(whole));
    }
  });

  test(`openArchive() refuses ${module} cut off at any length`, async () => {
    const bytes = sample(container);
    for (let length = 0; length < bytes.length; length += 7) {
      await assert.rejects(openBytes(module, bytes.subarray(0, length)), FormatError, `${length} bytes`);
    }
  });

  test(`openArchive() refuses ${module} whose tar is cut inside a member`, async () => {
    const tar = unpack(sample(container));
    for (const length of [100, 512, 2000, 8192, 8300]) {
      await assert.rejects(
        openBytes(module, pack(tar.subarray(0, length))),
        { code: 'volume-truncated' },
        `${length}`,
      );
    }
  });

  test(`openArchive() refuses two members of one name in ${module}`, async () => {
    const tar = members(unpack(sample(container)));
    await assert.rejects(openBytes(module, pack(Buffer.concat([tar, tar]))), /two entries of this name/);
  });

  test(`openArchive() stops unpacking ${module} at the limit and gives the scratch back`, async () => {
    const bomb = pack(Buffer.alloc(30_000_000));
    let writtenBytes = 0;
    let isDisposed = false;
    const scratch = (): Scratch => ({
      write(piece) {
        writtenBytes += piece.length;
      },
      access: () => assert.fail(),
      [Symbol.dispose]() {
        isDisposed = true;
      },
    });
    const opened = openArchive(module, accessBytes(bomb), {
      volumeName: 'v',
      scratch,
      maxUnpackedBytes: 1_000_000,
    });
    await assert.rejects(opened, { code: 'volume-too-large' });
    assert.ok(writtenBytes <= 1_000_000);
    assert.ok(isDisposed);
  });

  test(`openArchive() lets an error of the scratch pass while unpacking ${module}`, async () => {
    const scratch = (): Scratch => ({
      write() {
        throw new Error('no space left');
      },
      access: () => assert.fail(),
      [Symbol.dispose]: () => {},
    });
    const opened = openArchive(module, accessBytes(sample(container)), { volumeName: 'v', scratch });
    await assert.rejects(opened, { name: 'Error', message: 'no space left' });
  });

  test(`openArchive() parses arbitrary bytes as ${module}, packed or not, or throws a FormatError`, async () => {
    const tar = unpack(sample(container));
    const junk = fc.uint8Array({ maxLength: 600 });
    const spoiled = fc.tuple(junk, fc.nat(tar.length)).map(([bytes, at]) => {
      const copy = Buffer.from(tar);
      copy.set(bytes.subarray(0, Math.min(20, copy.length - at)), at);
      return pack(copy);
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          junk,
          junk.map((bytes) => pack(Buffer.from(bytes))),
          spoiled,
        ),
        async (bytes) => {
          try {
            using reader = await openBytes(module, bytes);
            readEntries(reader);
          } catch (error) {
            assert.ok(error instanceof FormatError, String(error));
          }
        },
      ),
    );
  });

  test(`TarReader.read() refuses more than the bytes allowed in ${module}`, async () => {
    using reader = await openBytes(module, sample(container));
    const entry = reader.find('list/pieces');
    assert.ok(entry);
    assert.throws(() => reader.read(entry, 5999), { code: 'volume-too-large' });
  });

  test(`TarWriter.sizeBytes stays close to the size of ${module} if it were finished`, () => {
    let written = 0;
    const count = (bytes: Uint8Array): void => {
      written += bytes.length;
    };
    const writer = createArchiveWriter(module, count, settings);
    for (let index = 0; index < 40; index += 1)
      writer.add(`${index}`, seededBytes(100_000, index), 'compress');
    const estimate = writer.sizeBytes;
    writer.finish();
    assert.equal(writer.sizeBytes, written);
    assert.ok(estimate >= written * 0.99 && estimate <= written + 512 * 1024, `${estimate} for ${written}`);
  });

  test(`copy() moves entries between ${module} and zip`, async () => {
    using tar = await openBytes(module, sample(container));
    const zipped = makeArchive('zip', DEFLATE, (writer) => {
      for (const entry of tar.entries) writer.copy(tar, entry);
    });
    using zip = await openBytes('zip', zipped);
    const packed = makeArchive(module, settings, (writer) => {
      for (const entry of zip.entries) writer.copy(zip, entry);
    });
    using back = await openBytes(module, packed);
    assert.deepEqual(readEntries(zip), readEntries(tar));
    assert.deepEqual(readEntries(back), readEntries(tar));
  });
}

test('TarWriter keeps pieces in the scratch it is given', () => {
  let scratches = 0;
  const scratch = (): Scratch => {
    scratches += 1;
    return memoryScratch();
  };
  const writer = createArchiveWriter('tzstd', () => {}, { ...TZSTD, scratch });
  writer.addPieces('a', [TEXT], 'compress');
  assert.equal(scratches, 1);
});

test('parseTarHeader() gives back what writeTarHeader() wrote', () => {
  const member = fc.record({
    name: fc.string({ minLength: 1, maxLength: 99 }).filter((name) => !name.includes('\0')),
    sizeBytes: fc.nat(8 ** 11 - 1),
    modifiedAt: fc.nat(2 ** 32),
  });
  fc.assert(
    fc.property(member, (facts) => {
      assert.deepEqual(parseTarHeader(writeTarHeader(facts)), { ...facts, isFile: true });
    }),
  );
});

test('writeTarHeader() cuts long names between characters', () => {
  const name = `${'a'.repeat(98)}ü`;
  assert.equal(parseTarHeader(writeTarHeader({ name, sizeBytes: 0, modifiedAt: 0 }))?.name, 'a'.repeat(98));
});

test('openArchive() refuses tzstd with bytes after the stream', async () => {
  const bytes = Buffer.concat([zstdCompressSync(TEXT), Buffer.from('more bytes')]);
  await assert.rejects(openBytes('tzstd', bytes), { code: 'volume-truncated' });
});
