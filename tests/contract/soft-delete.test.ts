import assert from 'node:assert/strict';
import test from 'node:test';
import { softenDeletion } from '../../src/destinations/index.ts';
import { MemoryDestination, memoryStorage } from '../support/memory-destination.ts';
import { memorySource, readAll } from '../support/memory-source.ts';

async function namesOf(destination: MemoryDestination): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of destination.list()) names.push(name);
  return names.sort();
}

for (const rename of ['where-possible', 'never'] as const) {
  test(`softenDeletion() keeps a deleted file under another name, renaming ${rename}`, async () => {
    const storage = memoryStorage();
    const inner = new MemoryDestination(storage);
    const destination = softenDeletion(inner, { prefix: 'gone_', rename });
    await destination.put('a', memorySource(Buffer.from('first')));
    await destination.delete('a');
    assert.deepEqual(await namesOf(inner), ['gone_a']);
    assert.equal((await readAll(destination, 'gone_a')).toString(), 'first');

    await destination.put('a', memorySource(Buffer.from('second')));
    await destination.delete('a');
    const [kept, further = ''] = await namesOf(inner);
    assert.equal(kept, 'gone_a');
    assert.match(further, /^gone_a\.[0-9a-f]{6}$/);
    assert.equal((await readAll(destination, further)).toString(), 'second');
    await assert.rejects(destination.delete('a'), { code: 'destination-file-missing' });
  });
}
