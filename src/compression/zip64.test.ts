import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { DEFLATE, makeArchive, openBytes } from '../../tests/support/archives.ts';
import type { RandomAccess } from '../base/index.ts';
import { directoryEndBytes, findDirectoryEnd, writeDirectoryEnd } from './zip-directory-end.ts';
import { openZip } from './zip-reader.ts';
import {
  centralRecordBytes,
  dataDescriptor,
  nameFlags,
  parseCentralRecord,
  writeCentralRecord,
  type ZipRecord,
} from './zip-records.ts';
import { ZipWriter } from './zip-writer.ts';

const GIB = 1024 ** 3;
const length = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(1000),
  fc.constantFrom(0xfffffffe, 0xffffffff, 0x100000000, 5 * GIB),
);

/** `bytes` as the end of an archive that starts with `holeBytes` zeros. */
function afterHole(bytes: Buffer, holeBytes: number): RandomAccess {
  return {
    sizeBytes: holeBytes + bytes.length,
    read(offset, count) {
      const hole = Buffer.alloc(Math.min(count, Math.max(0, holeBytes - offset)));
      const start = Math.max(0, offset - holeBytes);
      return Buffer.concat([hole, bytes.subarray(start, start + count - hole.length)]);
    },
  };
}

test('parseCentralRecord() gives back what writeCentralRecord() wrote, of any size', () => {
  const record = fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    method: fc.constantFrom(0, 8, 93),
    crc32: fc.nat(0xffffffff),
    sizeBytes: length,
    storedBytes: length,
    headerOffset: length,
  });
  fc.assert(
    fc.property(record, fc.nat(50), (facts, at) => {
      const nameBytes = Buffer.byteLength(facts.name);
      const original: ZipRecord = { ...facts, flags: nameFlags(facts.name, nameBytes) };
      const size = centralRecordBytes(original, nameBytes);
      const bytes = Buffer.alloc(at + size, 0xff);
      writeCentralRecord(bytes, at, original, { nameBytes, modified: 0 });
      const parsed = parseCentralRecord(bytes, at, 'v');
      assert.deepEqual(parsed, { record: original, nextAt: at + size });
    }),
  );
});

test('findDirectoryEnd() gives back what writeDirectoryEnd() wrote, with zip64 records only where needed', () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(2 ** 40), (entryCount, holeBytes) => {
      const directory = Buffer.alloc(100);
      const end = { entryCount, directoryOffset: holeBytes, directoryBytes: directory.length };
      const bytes = writeDirectoryEnd(end);
      assert.equal(bytes.length, directoryEndBytes(end));
      assert.equal(bytes.length > 22, entryCount >= 0xffff || holeBytes >= 0xffffffff);
      const archive = afterHole(Buffer.concat([directory, bytes]), holeBytes);
      assert.deepEqual(findDirectoryEnd(archive, 'v'), end);
    }),
  );
});

test('dataDescriptor() takes 8 bytes a size only if one does not fit into 4', () => {
  const record: ZipRecord = {
    name: 'a',
    method: 8,
    flags: 8,
    crc32: 7,
    sizeBytes: 5 * GIB,
    storedBytes: 3,
    headerOffset: 0,
  };
  const long = dataDescriptor(record);
  assert.equal(long.length, 24);
  assert.equal(long.readBigUInt64LE(16), BigInt(5 * GIB));
  assert.equal(dataDescriptor({ ...record, sizeBytes: 0xfffffffe }).length, 16);
});

test('ZipWriter writes, and openZip() reads, entries beyond 4 GiB', async () => {
  const start = 5 * GIB;
  const pieces: Buffer[] = [];
  const writer = new ZipWriter((bytes) => void pieces.push(Buffer.from(bytes)), DEFLATE, start);
  writer.add('far', Buffer.alloc(1000, 'away '), 'compress');
  writer.addPieces('farther', [Buffer.alloc(1000, 'off '), Buffer.from('!')], 'compress');
  const expected = writer.sizeBytes;
  writer.finish();
  const archive = afterHole(Buffer.concat(pieces), start);
  assert.equal(archive.sizeBytes, expected);
  using reader = await openZip(archive, 'v');
  const [far, farther] = reader.entries;
  assert.ok(far && farther);
  assert.ok(reader.read(far, 1000).equals(Buffer.alloc(1000, 'away ')));
  assert.equal(reader.read(farther, 1001).toString().slice(-5), 'off !');
});

test('ZipWriter writes, and openArchive() reads, more than 65535 entries', async () => {
  let expected = 0;
  const bytes = makeArchive('zip', DEFLATE, (writer) => {
    for (let index = 0; index < 65_537; index += 1)
      writer.add(`${index}`, Buffer.from([index & 0xff]), 'store');
    expected = writer.sizeBytes;
  });
  using reader = await openBytes('zip', bytes);
  assert.equal(bytes.length, expected);
  assert.equal(reader.entries.length, 65_537);
  const entry = reader.find('65536');
  assert.ok(entry);
  assert.deepEqual([...reader.read(entry, 1)], [0]);
});
