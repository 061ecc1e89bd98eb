import { asBuffer } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { DindexContent, IndexPolicy } from '../../pipeline/index.ts';

/** What a dindex for the given dblock must say, from the database. */
export function dindexContent(
  database: LocalDatabase,
  dblock: VolumeRow,
  policy: IndexPolicy,
): DindexContent {
  if (dblock.hash === undefined) throw new Error(`the hash of volume '${dblock.name}' is not known`);
  return {
    dblock: { name: dblock.name, sizeBytes: dblock.sizeBytes, hash: dblock.hash },
    blocks: database.blocks.ofVolume(dblock.id),
    blocklists: policy === 'full' ? blocklistsIn(database, dblock) : [],
  };
}

/** The blocklists whose block lies in the dblock, formed again from the hashes that they list. */
function* blocklistsIn(
  database: LocalDatabase,
  dblock: VolumeRow,
): Generator<{ hash: Uint8Array; bytes: Uint8Array }> {
  const own = new Map<number, Buffer>();
  for (const block of database.blocks.ofVolume(dblock.id)) own.set(block.id, block.hash);
  const done = new Set<number>();
  for (const content of database.contents.all()) {
    for (const [index, id] of content.blocklists.entries()) {
      const hash = own.get(id);
      if (hash === undefined || done.has(id)) continue;
      done.add(id);
      yield { hash, bytes: blocklistBytes(database, content, index) };
    }
  }
}

function blocklistBytes(
  database: LocalDatabase,
  content: { readonly blocks: Uint32Array; readonly blocklists: Uint32Array },
  index: number,
): Buffer {
  const perList = content.blocklists.length === 1 ? content.blocks.length : blocksPerList(database, content);
  const ids = content.blocks.subarray(index * perList, (index + 1) * perList);
  return Buffer.concat(
    Array.from(ids, (id) => {
      const block = database.blocks.get(id);
      if (block === undefined) throw new Error(`block ${id} is not in the database`);
      return asBuffer(block.hash);
    }),
  );
}

/** All blocklists but the last are full, so the length of the first tells how many hashes each holds. */
function blocksPerList(
  database: LocalDatabase,
  content: { readonly blocks: Uint32Array; readonly blocklists: Uint32Array },
): number {
  const first = database.blocks.get(content.blocklists[0] ?? 0);
  const hash = database.blocks.get(content.blocks[0] ?? 0)?.hash;
  if (first === undefined || hash === undefined) throw new Error('a blocklist is not in the database');
  return first.sizeBytes / hash.length;
}
