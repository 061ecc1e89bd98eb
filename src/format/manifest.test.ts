import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import { HASH_ALGORITHMS } from '../crypto/index.ts';
import { checkManifest, type FormatSettings, parseManifest, writeManifest } from './manifest.ts';

const SETTINGS: FormatSettings = { blocksizeBytes: 1048576, blockHash: 'SHA256', fileHash: 'SHA256' };
const created = { createdMs: Date.UTC(2024, 0, 1), appVersion: '2.3.0.107' };

const parseText = (text: string) => parseManifest(Buffer.from(text), 'x.zip');
const withMembers = (members: Record<string, unknown>) =>
  parseText(
    JSON.stringify({ Encoding: 'utf8', Blocksize: 1024, BlockHash: 'sha256', FileHash: 'MD5', ...members }),
  );
const throwsCode = (run: () => unknown, code: string) =>
  assert.throws(run, (error) => error instanceof FormatError && error.code === code);

test('writeManifest() writes the seven keys after a byte order mark', () => {
  assert.equal(
    writeManifest({ ...SETTINGS, ...created }).toString(),
    '\ufeff{"Version":2,"Created":"20240101T000000Z","Encoding":"utf8","Blocksize":1048576,"BlockHash":"SHA256","FileHash":"SHA256","AppVersion":"2.3.0.107"}',
  );
});

test('parseManifest() gives back what writeManifest() wrote', () => {
  const manifests = fc.record(
    {
      blocksizeBytes: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      blockHash: fc.constantFrom(...HASH_ALGORITHMS),
      fileHash: fc.constantFrom(...HASH_ALGORITHMS),
      createdMs: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
      appVersion: fc.string(),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(manifests, (manifest) =>
      assert.deepEqual(parseManifest(writeManifest(manifest), 'x.zip'), manifest),
    ),
  );
});

test('parseManifest() takes any order, unknown keys, absent versions and any case of hash names', () => {
  const expected = { blocksizeBytes: 1024, blockHash: 'SHA256', fileHash: 'MD5' };
  assert.deepEqual(withMembers({ Other: { a: 1 } }), expected);
  for (const version of [0, 1, 2]) assert.deepEqual(withMembers({ Version: version }), expected);
});

test('parseManifest() refuses other versions, encodings, sizes and hashes', () => {
  const wrong = [
    { Version: 3 },
    { Version: '2' },
    { Encoding: 'UTF8' },
    { Encoding: undefined },
    { Blocksize: 0 },
    { Blocksize: 2 ** 31 },
    { Blocksize: '1024' },
    { BlockHash: 'CRC32' },
    { FileHash: undefined },
  ];
  for (const members of wrong) throwsCode(() => withMembers(members), 'volume-unsupported');
});

test('parseManifest() parses arbitrary bytes or throws a FormatError', () => {
  throwsCode(() => parseText('[]'), 'volume-corrupt');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        assert.throws(() => parseManifest(bytes, 'x.zip'), FormatError);
      },
    ),
  );
});

test('checkManifest() names what differs', () => {
  checkManifest(SETTINGS, SETTINGS, 'x.zip');
  for (const other of [{ blocksizeBytes: 1024 }, { blockHash: 'MD5' }, { fileHash: 'MD5' }] as const) {
    throwsCode(() => checkManifest({ ...SETTINGS, ...other }, SETTINGS, 'x.zip'), 'manifest-mismatch');
  }
  assert.throws(() => checkManifest({ ...SETTINGS, blocksizeBytes: 1024 }, SETTINGS, 'x.zip'), {
    message: "Cannot use volume 'x.zip': its manifest says blocksize 1024, this backup uses 1048576.",
  });
});
