import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import { EMPTY_METADATA_BLOB, type Metadata, parseMetadataBlob, writeMetadataBlob } from './metadata-blob.ts';
import { FILE_FLAGS, type MetadataExtensions, SPECIAL_KINDS } from './metadata-extensions.ts';

const parseText = (text: string) => parseMetadataBlob(Buffer.from(text), '/x');

test('EMPTY_METADATA_BLOB has the hash of the format', () => {
  const hash = createHash('sha256').update(EMPTY_METADATA_BLOB).digest('base64');
  assert.equal(hash, 'qiXpeARtaA74dA2Dfm3lvB4qLcYInb2hASVEtTjVP2U=');
  assert.deepEqual(writeMetadataBlob({}), Buffer.from(EMPTY_METADATA_BLOB));
});

test("writeMetadataBlob() writes all keys in their order, Ashlar's own last", () => {
  const blob = writeMetadataBlob({
    extensions: {
      flags: ['immutable', 'append'],
      holes: [
        { offset: 0, lengthBytes: 4096 },
        { offset: 8192, lengthBytes: 1 },
      ],
      hardlink: 'a/"b',
      device: { major: 8, minor: 1 },
      mode: 0o4755,
      kind: 'block-device',
    },
    unknownKeys: [['other', 'x']],
    symlinkTarget: 'a\nb',
    createTicks: 2n,
    lastWriteTicks: 1n,
    attributes: 'Hidden, Directory',
    platformKeys: [['macos:flags', '0']],
    owner: { groupName: 'g', ownerName: 'ö', permissions: 493, gid: 2, uid: 1 },
    xattrs: [
      ['user.b', Buffer.from('hi')],
      ['user.empty', Buffer.alloc(0)],
      ['user.a', Buffer.from([0xff])],
    ],
  });
  assert.equal(
    blob.toString(),
    '\ufeff{"unix-ext:user.b":"aGk=","unix-ext:user.a":"/w==","unix:uid-gid-perm":"1-2-493","unix:owner-name":"ö","unix:group-name":"g"' +
      ',"macos:flags":"0","CoreAttributes":"Hidden, Directory","CoreLastWritetime":"1","CoreCreatetime":"2","CoreSymlinkTarget":"a\\nb","other":"x"' +
      ',"ashlar:kind":"block-device","ashlar:mode":"4755","ashlar:device":"8:1","ashlar:hardlink":"a/\\"b","ashlar:holes":"0+4096,8192+1","ashlar:flags":"immutable,append","ashlar:empty-xattr:user.empty":""}',
  );
});

const text = fc.string({ unit: 'binary' });
const ticks = fc.bigInt({ min: -(10n ** 19n - 1n), max: 10n ** 19n - 1n });
const optional = { requiredKeys: [] as [], noNullPrototype: true } as const;

const holes = fc
  .array(fc.tuple(fc.nat({ max: 2 ** 40 }), fc.nat({ max: 2 ** 40 })), { maxLength: 10 })
  .map((gaps) => {
    let end = 0;
    return gaps.map(([gap, lengthBytes]) => {
      const offset = end + gap;
      end = offset + lengthBytes;
      return { offset, lengthBytes };
    });
  });

const extensions: fc.Arbitrary<MetadataExtensions> = fc
  .record(
    {
      kind: fc.constantFrom(...SPECIAL_KINDS),
      mode: fc.nat({ max: 0o7777 }),
      device: fc.tuple(fc.nat(), fc.nat()).map(([major, minor]) => ({ major, minor })),
      hardlink: text,
      holes,
      flags: fc.subarray(FILE_FLAGS.slice()),
    },
    optional,
  )
  .filter((some) => Object.keys(some).length > 0);

const uniqueKeys = { selector: (pair: readonly [string, unknown]) => pair[0], minLength: 1 };
/** As they come back. */
const emptyLast = ([, a]: readonly [string, Buffer], [, b]: readonly [string, Buffer]) =>
  Number(a.length === 0) - Number(b.length === 0);
const key = text.map((name) => `x${name}`);

const metadata: fc.Arbitrary<Metadata> = fc.record(
  {
    xattrs: fc
      .uniqueArray(
        fc.tuple(
          text,
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        uniqueKeys,
      )
      .map((list) => list.toSorted(emptyLast)),
    owner: fc.record(
      { uid: fc.nat(), gid: fc.nat(), permissions: fc.nat({ max: 0o777 }), ownerName: text, groupName: text },
      { requiredKeys: ['uid', 'gid', 'permissions'], noNullPrototype: true },
    ),
    platformKeys: fc.uniqueArray(
      fc.tuple(
        key.map((name) => `macos:${name}`),
        text,
      ),
      uniqueKeys,
    ),
    attributes: text,
    lastWriteTicks: ticks,
    createTicks: ticks,
    symlinkTarget: text,
    unknownKeys: fc.uniqueArray(fc.tuple(key, text), uniqueKeys),
    extensions,
  },
  optional,
);

test('parseMetadataBlob() gives back what writeMetadataBlob() wrote', () => {
  fc.assert(
    fc.property(metadata, (given) => {
      assert.deepEqual(parseMetadataBlob(writeMetadataBlob(given), '/x'), given);
    }),
  );
});

test('parseMetadataBlob() takes no byte order mark, any order, absent, null and number values', () => {
  assert.deepEqual(
    parseText('{"CoreCreatetime":5,"unix:owner-name":null,"CoreAttributes":16,"CoreLastWritetime":"7"}'),
    {
      attributes: '16',
      lastWriteTicks: 7n,
      createTicks: 5n,
    },
  );
  assert.deepEqual(parseText('{}'), {});
});

test('parseMetadataBlob() keeps what it does not understand', () => {
  const odd = {
    'unix:uid-gid-perm': '1-2',
    'unix:owner-name': 'alice',
    CoreLastWritetime: 'soon',
    'unix-ext:user.a': 'no base64',
    'ashlar:mode': '9999',
    'ashlar:holes': '5+5,4+1',
    'ashlar:kind': 'door',
    'ashlar:flags': 'append,immutable',
    'ashlar:later': 'x',
  };
  assert.deepEqual(parseText(JSON.stringify(odd)), { unknownKeys: Object.entries(odd) });
});

test('parseMetadataBlob() parses arbitrary JSON objects and throws a FormatError for everything else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
      ),
      (bytes) => {
        try {
          parseMetadataBlob(bytes, '/x');
        } catch (error) {
          assert.ok(error instanceof FormatError && error.code === 'metadata-corrupt');
        }
      },
    ),
  );
  for (const json of ['', '[]', 'null', '{"a":']) assert.throws(() => parseText(json), FormatError);
});
