/** The worked example of the storage format, section 8: one small backup, all values made by the real Duplicati. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { hashBytes } from '../crypto/index.ts';
import {
  blockEntryName,
  countBlocks,
  cutBlocklists,
  type FilelistEntry,
  filelistPart,
  filelistPieces,
  listEntryName,
  type Metadata,
  parseMetadataBlob,
  readFilelist,
  writeDindexVolume,
  writeFilesetMarker,
  writeMetadataBlob,
} from './index.ts';

const GEOMETRY = { blocksizeBytes: 1024, hashSizeBytes: 32 };
const NEW_YEAR_TICKS = 638_396_640_000_000_000n;
const NEW_YEAR_MS = Date.UTC(2024, 0, 1);

function metadataOf(permissions: number, attributes: string, symlinkTarget?: string): Metadata {
  return {
    owner: { uid: 1000, gid: 1000, permissions, ownerName: 'alice', groupName: 'alice' },
    attributes,
    lastWriteTicks: NEW_YEAR_TICKS,
    createTicks: NEW_YEAR_TICKS,
    ...(symlinkTarget === undefined ? {} : { symlinkTarget }),
  };
}

const METADATA = [
  [metadataOf(493, 'Directory'), 200, 'vBLIMCVj8B+gRfs1lLWXDjfSHVi5abZSkZN8hRcJC80='],
  [metadataOf(420, 'Normal'), 197, 'acr7U+j2ClwBROvw/br5st/j9UCLmIZ1paIsQr5uOKE='],
  [metadataOf(511, 'ReparsePoint', 'five.txt'), 234, 'NyJfnT858DsxuE0ua/OBbcXZ1QZ+AYqnUDiZrai9gPE='],
] as const;
const [FOLDER, FILE, LINK] = METADATA.map(([, sizeBytes, hash]) => ({ hash, sizeBytes }));

const BLOCKS = [Buffer.alloc(1024, 'A'), Buffer.alloc(1024, 'B'), Buffer.alloc(512, 'C')];
const BLOCKLIST_HASH = 'KH4CLxHrSGsEWwN+ackRxuIXGoig9yVDhCCfEydhtAs=';

const sha256 = (bytes: Uint8Array) => hashBytes('SHA256', bytes);

test('writeMetadataBlob() makes the blobs of the worked example, and parseMetadataBlob() reads them', () => {
  for (const [metadata, sizeBytes, hash] of METADATA) {
    const blob = writeMetadataBlob(metadata);
    assert.equal(blob.length, sizeBytes);
    assert.equal(sha256(blob).toString('base64'), hash);
    assert.deepEqual(parseMetadataBlob(blob, 'x'), metadata);
  }
});

test('cutBlocklists() makes the blocklist of the worked example', () => {
  assert.deepEqual(countBlocks(2560, GEOMETRY), { blocks: 3, blocklists: 1 });
  const lists = [...cutBlocklists(Buffer.concat(BLOCKS.map(sha256)), GEOMETRY)];
  assert.deepEqual(
    lists.map((list) => sha256(list).toString('base64')),
    [BLOCKLIST_HASH],
  );
  assert.equal(lists[0]?.length, 96);
  assert.equal(
    listEntryName(Buffer.from(BLOCKLIST_HASH, 'base64')),
    'list/KH4CLxHrSGsEWwN-ackRxuIXGoig9yVDhCCfEydhtAs=',
  );
});

test('blockEntryName() names the blocks of the worked example', () => {
  assert.equal(blockEntryName(sha256(Buffer.from('hello'))), 'LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=');
  assert.equal(
    blockEntryName(sha256(writeMetadataBlob(METADATA[1][0]))),
    'acr7U-j2ClwBROvw_br5st_j9UCLmIZ1paIsQr5uOKE=',
  );
});

test('writeDindexVolume() begins as in the worked example', () => {
  const block = { hash: sha256(writeMetadataBlob(METADATA[0][0])), sizeBytes: 200 };
  assert.equal(
    writeDindexVolume([block]).toString(),
    '{"blocks":[{"hash":"vBLIMCVj8B+gRfs1lLWXDjfSHVi5abZSkZN8hRcJC80=","size":200}]}',
  );
});

test('filelistPieces() makes the file list of the worked example, and readFilelist() reads it', () => {
  assert.ok(FOLDER && FILE && LINK);
  const file = { type: 'File', timeMs: NEW_YEAR_MS, metadata: FILE } as const;
  const entries: FilelistEntry[] = [
    { type: 'Folder', path: '/src/', metadata: FOLDER },
    { type: 'Symlink', path: '/src/link', metadata: LINK },
    {
      ...file,
      path: '/src/big.bin',
      sizeBytes: 2560,
      hash: sha256(Buffer.concat(BLOCKS)).toString('base64'),
      blocklists: [BLOCKLIST_HASH],
    },
    { ...file, path: '/src/empty.txt', sizeBytes: 0, hash: sha256(Buffer.alloc(0)).toString('base64') },
    { ...file, path: '/src/five.txt', sizeBytes: 5, hash: sha256(Buffer.from('hello')).toString('base64') },
  ];
  const expected = [
    '\ufeff[{"type":"Folder","path":"/src/","metahash":"vBLIMCVj8B+gRfs1lLWXDjfSHVi5abZSkZN8hRcJC80=","metasize":200,"metablockhash":"vBLIMCVj8B+gRfs1lLWXDjfSHVi5abZSkZN8hRcJC80="}',
    '{"type":"Symlink","path":"/src/link","metahash":"NyJfnT858DsxuE0ua/OBbcXZ1QZ+AYqnUDiZrai9gPE=","metasize":234,"metablockhash":"NyJfnT858DsxuE0ua/OBbcXZ1QZ+AYqnUDiZrai9gPE="}',
    '{"type":"File","path":"/src/big.bin","hash":"jlZaYJuzBhGAhRZVI5I+MUP0S/IoFBd5xqw6XHJJ+1s=","size":2560,"time":"20240101T000000Z","metahash":"acr7U+j2ClwBROvw/br5st/j9UCLmIZ1paIsQr5uOKE=","metasize":197,"blocklists":["KH4CLxHrSGsEWwN+ackRxuIXGoig9yVDhCCfEydhtAs="]}',
    '{"type":"File","path":"/src/empty.txt","hash":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0,"time":"20240101T000000Z","metahash":"acr7U+j2ClwBROvw/br5st/j9UCLmIZ1paIsQr5uOKE=","metasize":197}',
    '{"type":"File","path":"/src/five.txt","hash":"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=","size":5,"time":"20240101T000000Z","metahash":"acr7U+j2ClwBROvw/br5st/j9UCLmIZ1paIsQr5uOKE=","metasize":197}]',
  ].join(',');
  const bytes = Buffer.concat([...filelistPieces([filelistPart(entries)])]);
  assert.equal(bytes.toString(), expected);
  const read = [...readFilelist([bytes], 'x')].flat();
  assert.deepEqual(Buffer.concat([...filelistPieces([filelistPart(read)])]), bytes);
  assert.equal(writeFilesetMarker(true).toString(), '\ufeff{"IsFullBackup":true}');
});
