import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import type { FilelistEntry } from './filelist-entry.ts';
import { readFilelist } from './filelist-reader.ts';
import { filelistPart, filelistPieces } from './filelist-writer.ts';

const write = (entries: Iterable<FilelistEntry>) =>
  Buffer.concat([...filelistPieces([filelistPart(entries)])]);
const read = (bytes: Uint8Array) => [...readFilelist([bytes], 'x.dlist.zip')].flat();
const readText = (text: string) => read(Buffer.from(text));
const writeText = (...entries: FilelistEntry[]) => write(entries).toString();

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const hashList = fc.array(hash, { minLength: 1, maxLength: 4 });
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });
const path = fc.string({ unit: 'binary' }).map((rest) => `/${rest}`);
const timeMs = fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }).map((second) => second * 1000);
const isNotHash = (other: string | undefined, whole: string) => other !== whole;

const metadataOf = (rule: 'always' | 'when-different') =>
  record({ hash, sizeBytes: fc.nat() }).chain((reference) =>
    fc.oneof(
      hashList.map((blocklists) => ({ ...reference, blocklists })),
      hash
        .filter((other) => isNotHash(other, reference.hash))
        .map((blockHash) => ({ ...reference, blockHash })),
      fc.constant(rule === 'always' ? { ...reference, blockHash: reference.hash } : reference),
    ),
  );

const files: fc.Arbitrary<FilelistEntry> = record({
  path,
  hash,
  timeMs,
  metadata: metadataOf('when-different'),
}).chain((common) =>
  fc.oneof(
    fc.maxSafeNat().map((sizeBytes) => ({ type: 'File', ...common, sizeBytes }) as const),
    fc
      .tuple(fc.maxSafeNat(), hashList)
      .map(([sizeBytes, blocklists]) => ({ type: 'File', ...common, sizeBytes, blocklists }) as const),
    fc
      .tuple(
        fc.integer({ min: 1 }),
        hash.filter((other) => isNotHash(other, common.hash)),
      )
      .map(([sizeBytes, blockHash]) => ({ type: 'File', ...common, sizeBytes, blockHash }) as const),
  ),
);
const others: fc.Arbitrary<FilelistEntry> = fc.oneof(
  record({ type: fc.constant('Folder' as const), path, metadata: metadataOf('always') }),
  record({ type: fc.constant('Symlink' as const), path, metadata: metadataOf('always') }),
  record({ type: fc.constant('Folder' as const), path }),
);
const lists = fc.array(fc.oneof(files, others));

test('readFilelist() gives back what filelistPieces() wrote, however the bytes are cut', () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 50 }), (entries, size) => {
      const bytes = write(entries);
      assert.deepEqual(read(bytes), entries);
      assert.deepEqual([...readFilelist(cut(bytes, size), 'x')].flat(), entries);
    }),
  );
});

test('filelistPieces() writes keys in their order and block hashes only where they are due', () => {
  const metadata = { hash: 'aGFz', sizeBytes: 9 };
  const file = { type: 'File', path: '/a"b', hash: 'SEFT', timeMs: 0, metadata } as const;
  const head = '"path":"/a\\"b","hash":"SEFT"';
  const times = '"time":"19700101T000000Z","metahash":"aGFz","metasize":9';
  assert.equal(writeText(), '\ufeff[]');
  assert.equal(
    writeText({ ...file, sizeBytes: 0, blockHash: 'b3Ro' }),
    `\ufeff[{"type":"File",${head},"size":0,${times}}]`,
  );
  assert.equal(
    writeText({ ...file, sizeBytes: 5, blockHash: 'SEFT' }),
    `\ufeff[{"type":"File",${head},"size":5,${times}}]`,
  );
  assert.equal(
    writeText({ ...file, sizeBytes: 5, blockHash: 'b3Ro', metadata: { ...metadata, blockHash: 'bWV0' } }),
    `\ufeff[{"type":"File",${head},"size":5,${times},"metablockhash":"bWV0","blockhash":"b3Ro","blocksize":5}]`,
  );
  assert.equal(
    writeText({
      ...file,
      sizeBytes: 5,
      blocklists: ['bGkx', 'bGky'],
      metadata: { ...metadata, blocklists: ['bWxp'] },
    }),
    `\ufeff[{"type":"File",${head},"size":5,${times},"metablocklists":["bWxp"],"blocklists":["bGkx","bGky"]}]`,
  );
  assert.equal(
    writeText({ type: 'Folder', path: '/é/', metadata }, { type: 'Symlink', path: '/l', metadata }),
    '\ufeff[{"type":"Folder","path":"/é/","metahash":"aGFz","metasize":9,"metablockhash":"aGFz"}' +
      ',{"type":"Symlink","path":"/l","metahash":"aGFz","metasize":9,"metablockhash":"aGFz"}]',
  );
});

test('readFilelist() takes any order, spaces, unknown keys and types, and no byte order mark', () => {
  const text = `
    [ { "path": "/a}],{[", "later": {"deep": [{"type": "x"}]}, "TYPE": 1, "type": "fOLDER" } ,
      { "type": "AlternateStream", "path": "C:\\\\a:b", "hash": 1 },
      { "type": "Whiteout", "inner": { "list": [ {}, [] ] } },
      { "time": "20240101T000000+0000", "size": 3, "blocklists": null, "hash": "SEFT", "type": "file", "path": "/b\\\\" } ]
  `;
  assert.deepEqual(readText(text), [
    { type: 'Folder', path: '/a}],{[' },
    { type: 'File', path: '/b\\', hash: 'SEFT', sizeBytes: 3, timeMs: Date.UTC(2024, 0, 1) },
  ]);
  assert.deepEqual(readText(' [ ] '), []);
});

test('readFilelist() refuses damaged lists', () => {
  const good = '{"type":"Folder","path":"/a/"}';
  const wrong = [
    '',
    '\ufeff',
    '[',
    `[${good}`,
    `[${good},`,
    `[${good},]`,
    `[,${good}]`,
    `[${good}${good}]`,
    `[${good}}`,
    `[${good}]]`,
    `[${good}]\0`,
    `[${good},1]`,
    `[${good},[]]`,
    `[${good},{"type":"Folder","path":"/a`,
    '[{"path":"/a"}]',
    '[{"type":"Folder"}]',
    '[{"type":"Folder","path":""}]',
    '[{"type":"Folder","path":"/a/","metahash":"SEFT"}]',
    '[{"type":"Folder","path":"/a/","metahash":"no","metasize":1}]',
    '[{"type":"File","path":"/a","hash":"SEFT","size":-1,"time":"20240101T000000Z"}]',
    '[{"type":"File","path":"/a","hash":"SEFT","size":1,"time":"20241301T000000Z"}]',
    '[{"type":"File","path":"/a","hash":"SEFT","size":1,"time":"20240101T000000Z","blocklists":[1]}]',
    good,
    'null',
  ];
  for (const text of wrong) {
    assert.throws(
      () => readText(text),
      (error) => error instanceof FormatError && error.code === 'filelist-corrupt',
      text,
    );
  }
});

test('readFilelist() gives the entries before a damage and then names the volume and the place', () => {
  const entries: FilelistEntry[] = Array.from({ length: 5000 }, (_, index) => ({
    type: 'Folder',
    path: `/folder number ${index}/`,
  }));
  const text = write(entries).toString().replace('"/folder number 4321/"', '4321');
  const place = Buffer.from(text).indexOf(',{"type":"Folder","path":4321');
  const seen: FilelistEntry[] = [];
  assert.throws(
    () => {
      for (const batch of readFilelist([Buffer.from(text)], 'x.dlist.zip')) seen.push(...batch);
    },
    (error) => {
      assert.ok(error instanceof FormatError);
      assert.deepEqual(error.details, { volume: 'x.dlist.zip', offset: place });
      assert.match(error.message, /'x\.dlist\.zip' is damaged at byte \d+: it has no path\./);
      return true;
    },
  );
  assert.deepEqual(seen, entries.slice(0, 4321));
});

test('readFilelist() reads one entry that is longer than all its buffers', () => {
  const blocklists = Array.from({ length: 40_000 }, () => Buffer.alloc(32, 7).toString('base64'));
  const long: FilelistEntry = {
    type: 'File',
    path: '/l',
    hash: 'SEFT',
    sizeBytes: 2 ** 50,
    timeMs: 0,
    blocklists,
  };
  const entries: FilelistEntry[] = [
    { type: 'Folder', path: '/' },
    long,
    { type: 'Folder', path: '/x/' },
    long,
  ];
  assert.deepEqual(read(write(entries)), entries);
});

test('readFilelist() parses arbitrary bytes or throws a FormatError', () => {
  const attempt = (bytes: Uint8Array) => {
    try {
      read(bytes);
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
      ),
      attempt,
    ),
  );
  fc.assert(
    fc.property(lists, fc.nat(), fc.nat({ max: 255 }), (entries, at, byte) => {
      const bytes = write(entries);
      bytes[at % bytes.length] = byte;
      attempt(bytes);
    }),
  );
});
