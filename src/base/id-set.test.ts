import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IdSet } from './id-set.ts';

test('IdSet holds what a Set would hold', () => {
  const step = fc.record({
    id: fc.integer({ min: 1, max: 100_000 }),
    verb: fc.constantFrom('add', 'delete'),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const ids = new IdSet();
      const model = new Set<number>();
      for (const { id, verb } of steps) {
        if (verb === 'delete') assert.equal(ids.delete(id), model.delete(id));
        else {
          ids.add(id);
          model.add(id);
        }
        assert.equal(ids.size, model.size);
        assert.equal(ids.has(id), model.has(id));
      }
      for (const { id } of steps) assert.equal(ids.has(id), model.has(id));
    }),
  );
});
