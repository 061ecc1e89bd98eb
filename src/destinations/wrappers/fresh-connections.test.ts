import assert from 'node:assert/strict';
import test from 'node:test';
import { collect } from '../../../tests/support/collect.ts';
import { MemoryDestination, memoryStorage } from '../../../tests/support/memory-destination.ts';
import { hasAbility } from '../abilities.ts';
import { openForEachCall } from './fresh-connections.ts';

class CountedDestination extends MemoryDestination {
  static open = 0;
  static opened = 0;

  constructor(storage = memoryStorage()) {
    super(storage);
    CountedDestination.open++;
    CountedDestination.opened++;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    CountedDestination.open--;
  }
}

test('openForEachCall() opens a destination for every call, and leaves none open', async () => {
  const storage = memoryStorage();
  const destination = await openForEachCall(async () => new CountedDestination(storage));
  const bytes = Buffer.from('content');
  const source = {
    sizeBytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
  const opened: number[] = [];
  const note = () => {
    opened.push(CountedDestination.opened);
    assert.equal(CountedDestination.open, 0);
  };
  note();
  await destination.put('a', source);
  note();
  assert.deepEqual(Buffer.concat(await collect(destination.get('a'))), bytes);
  note();
  for await (const { name } of destination.list()) {
    assert.equal(name, 'a');
    break;
  }
  note();
  assert.ok(hasAbility(destination, 'rename') && !hasAbility(destination, 'freeSpace'));
  await destination.rename('a', 'b');
  note();
  await destination.delete('b');
  note();
  await assert.rejects(destination.delete('b'), { code: 'destination-file-missing' });
  note();
  assert.deepEqual(opened, [1, 2, 3, 4, 5, 6, 7]);
});
