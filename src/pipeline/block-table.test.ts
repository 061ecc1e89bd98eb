import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { BlockTable } from './block-table.ts';

const HASH_BYTES = 32;
const FIRST_ID = 1;

/** A hash whose search begins at slot 0 of any table, so that all of them meet. */
function crowdedHash(number: number): Buffer {
  const hash = Buffer.alloc(HASH_BYTES);
  hash.writeInt32LE(number + 2, 0);
  hash.writeInt32LE(number, 8);
  return hash;
}

test('BlockTable gives each block one id, and knows it by hash and size, also after it grew', () => {
  const blocks = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 3 })), {
    maxLength: 200,
    selector: String,
  });
  fc.assert(
    fc.property(blocks, fc.integer({ min: 0, max: 200 }), (references, growAt) => {
      const table = BlockTable.create(1, FIRST_ID);
      const ids = references.map(([number, sizeBytes], index) => {
        if (index === growAt) table.grow();
        assert.equal(table.find(crowdedHash(number), sizeBytes), 0);
        return -table.claim(crowdedHash(number), sizeBytes);
      });
      assert.equal(new Set(ids).size, references.length);
      assert.ok(ids.every((id) => id >= FIRST_ID));
      for (const [index, [number, sizeBytes]] of references.entries()) {
        assert.equal(table.claim(crowdedHash(number), sizeBytes), ids[index]);
        assert.equal(table.find(crowdedHash(number), sizeBytes), ids[index]);
      }
    }),
  );
});

test('BlockTable.enterAll() enters what enter() would, one by one', () => {
  const blocks = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(blocks, (stored) => {
      const [together, single] = [BlockTable.create(1, 1000), BlockTable.create(1, 1000)];
      const hashes = stored.map(([number]) => crowdedHash(number));
      const sizesBytes = stored.map(([, sizeBytes]) => sizeBytes);
      const ids = stored.map((_, place) => place + FIRST_ID);
      together.enterAll({ ids, sizesBytes, hashes: Buffer.concat(hashes) });
      for (const [place, hash] of hashes.entries())
        single.enter(hash, sizesBytes[place] ?? 0, ids[place] ?? 0);
      for (const [place, hash] of hashes.entries()) {
        const sizeBytes = sizesBytes[place] ?? 0;
        assert.notEqual(together.find(hash, sizeBytes), 0);
        assert.equal(together.find(hash, sizeBytes), single.find(hash, sizeBytes));
      }
    }),
  );
});

const THREADS = 2;
const ROUNDS = 60;
const BLOCKS_PER_THREAD = 300;

/** Claims its blocks of a crowd, each round in a table of its own, all threads at the same time. */
const CLAIMING_THREAD = `
  import { parentPort, workerData } from 'node:worker_threads';
  import { BlockTable } from ${JSON.stringify(new URL('./block-table.ts', import.meta.url).href)};
  const { rounds, hashes, threads, arrived } = workerData;
  const arrivals = new Int32Array(arrived);
  const ids = [];
  for (const [round, memory] of rounds.entries()) {
    const table = new BlockTable(memory);
    Atomics.add(arrivals, round, 1);
    while (Atomics.load(arrivals, round) < threads);
    ids.push(hashes.map((hash) => table.claim(hash, 1)));
  }
  parentPort.postMessage(ids);
`;

test('BlockTable keeps blocks apart that two threads claim at the same moment', async () => {
  const tables = Array.from({ length: ROUNDS }, () => BlockTable.create(1, FIRST_ID));
  const arrived = new SharedArrayBuffer(ROUNDS * Int32Array.BYTES_PER_ELEMENT);
  const claimed = await Promise.all(
    Array.from({ length: THREADS }, async (_, thread): Promise<readonly number[][]> => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CLAIMING_THREAD)}`), {
        workerData: {
          rounds: tables.map((table) => table.memory),
          hashes: Array.from({ length: BLOCKS_PER_THREAD }, (_, index) =>
            crowdedHash(index * THREADS + thread),
          ),
          threads: THREADS,
          arrived,
        },
      });
      const [ids]: (readonly number[][])[] = await once(worker, 'message');
      return ids ?? [];
    }),
  );
  for (const [round, table] of tables.entries()) {
    const ids = claimed.flatMap((rounds) => rounds[round] ?? []);
    assert.ok(
      ids.every((id) => id < 0),
      'every block is new',
    );
    assert.equal(new Set(ids).size, THREADS * BLOCKS_PER_THREAD);
    for (let number = 0; number < THREADS * BLOCKS_PER_THREAD; number++) {
      const id = claimed[number % THREADS]?.[round]?.[Math.floor(number / THREADS)] ?? 0;
      assert.equal(table.find(crowdedHash(number), 1), -id);
    }
  }
});
