import assert from 'node:assert/strict';
import test from 'node:test';
import { DestinationError, hasAbility } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { type FaultPlan, faultAt, faultWhen, firstOf, randomFaults } from '../support/fault-plan.ts';
import { faultyDestination } from '../support/faulty-destination.ts';
import { MemoryDestination } from '../support/memory-destination.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { testDestinationContract } from './destination-contract.ts';

testDestinationContract('faulty without faults', async () => {
  const { storage } = new MemoryDestination();
  return { open: async () => faultyDestination(new MemoryDestination(storage), () => undefined) };
});

const UNREACHABLE = { code: 'destination-unreachable', retryable: true };
const source = memorySource(Buffer.from('0123456789'));

function faulty(plan: FaultPlan) {
  const inner = new MemoryDestination();
  return { inner, destination: faultyDestination(inner, plan) };
}

test('error-before leaves the storage as it was', async () => {
  const { inner, destination } = faulty(faultAt('put', 1, { kind: 'error-before' }));
  await assert.rejects(destination.put('a', source), UNREACHABLE);
  assert.equal(inner.storage.files.size, 0);
  await destination.put('a', source);
  assert.equal(inner.storage.files.size, 1);
});

test('error-after has its effect and fails', async () => {
  const error = new DestinationError('destination-throttled', 'Slow down.');
  const { inner, destination } = faulty(
    faultWhen(({ verb }) => verb !== 'list', { kind: 'error-after', error }),
  );
  await assert.rejects(destination.put('a', source), error);
  assert.equal(inner.storage.files.size, 1);
  await assert.rejects(readAll(destination, 'a'), error);
  await assert.rejects(destination.delete('a'), error);
  assert.equal(inner.storage.files.size, 0);
});

test('truncate shortens what is read or stored without a word', async () => {
  const { inner, destination } = faulty(
    firstOf(
      faultAt('put', 2, { kind: 'truncate', afterBytes: 4 }),
      faultAt('get', 1, { kind: 'truncate', afterBytes: 3 }),
    ),
  );
  await destination.put('a', source);
  await destination.put('b', source);
  assert.equal(String(await readAll(destination, 'a')), '012');
  assert.equal(String(inner.storage.files.get('b')?.bytes), '0123');
});

test('break leaves half a file and fails', async () => {
  const { inner, destination } = faulty(faultAt('put', 1, { kind: 'break', afterBytes: 5 }));
  await assert.rejects(destination.put('a', source), UNREACHABLE);
  assert.equal(String(inner.storage.files.get('a')?.bytes), '01234');
});

test('listings lack files, show them twice, invent some, or lose their sizes, as planned', async () => {
  const ghost = { name: 'ghost', sizeBytes: 1, modifiedAtMs: undefined };
  const { destination } = faulty(
    firstOf(
      faultAt('list', 1, { kind: 'hide', hides: (name) => name === 'a' }),
      faultAt('list', 2, { kind: 'twice' }),
      faultAt('list', 3, { kind: 'extra', files: [ghost] }),
      faultAt('list', 4, { kind: 'sizes-unknown' }),
    ),
  );
  await destination.put('a', source);
  await destination.put('b', source);
  const listings = [];
  for (let count = 0; count < 5; count++) listings.push(await collect(destination.list()));
  assert.deepEqual(
    listings.map((files) => files.map((file) => file.name).join()),
    ['b', 'a,a,b,b', 'a,b,ghost', 'a,b', 'a,b'],
  );
  assert.deepEqual(
    listings.map((files) => files[0]?.sizeBytes),
    [10, 10, 10, -1, 10],
  );
});

test('wait holds a call until it is let go or aborted', async () => {
  const gate = Promise.withResolvers<void>();
  const { inner, destination } = faulty(
    faultWhen(({ verb }) => verb === 'put', { kind: 'wait', until: gate.promise }),
  );
  const controller = new AbortController();
  const aborted = destination.put('a', source, { signal: controller.signal });
  const waiting = destination.put('b', source);
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  assert.equal(inner.storage.files.size, 0);
  gate.resolve();
  await waiting;
  assert.deepEqual([...inner.storage.files.keys()], ['b']);
});

test('calls tell what was asked and which fault answered', async () => {
  const { destination } = faulty(faultAt('get', 1, { kind: 'error-before' }));
  await destination.put('a', source);
  await assert.rejects(readAll(destination, 'a'), UNREACHABLE);
  assert.deepEqual(
    destination.calls.map(({ verb, name, callNumber, fault }) => [verb, name, callNumber, fault?.kind]),
    [
      ['put', 'a', 1, undefined],
      ['get', 'a', 2, 'error-before'],
    ],
  );
});

test('randomFaults() gives the same faults for the same seed, about as many as asked for', () => {
  const kinds = (seed: number): (string | undefined)[] => {
    const plan = randomFaults({ seed, probability: 0.1, verbs: ['put', 'delete'] });
    return Array.from({ length: 1000 }, (_, index) => {
      const verb = index % 2 === 0 ? 'put' : 'get';
      return plan({ verb, name: 'x', callNumber: index + 1, verbCallNumber: 1 })?.kind;
    });
  };
  assert.deepEqual(kinds(1), kinds(1));
  assert.notDeepEqual(kinds(1), kinds(2));
  const faults = kinds(1).filter((kind) => kind !== undefined);
  assert.ok(faults.length > 25 && faults.length < 80, `${faults.length} faults`);
  assert.deepEqual(new Set(faults), new Set(['error-before', 'error-after', 'break']));
});

test('a faulty destination hides the abilities that would go around the faults', () => {
  const { destination } = faulty(() => undefined);
  assert.equal(hasAbility(destination, 'createFolder'), true);
  assert.equal(hasAbility(destination, 'getRange'), false);
});
