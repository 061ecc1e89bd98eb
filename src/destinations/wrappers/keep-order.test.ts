import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Destination, UploadSource } from '../destination.ts';
import { keepOrder } from './keep-order.ts';

const SOURCE: UploadSource = { sizeBytes: 0, open: async function* () {} };

/** Whose uploads end when they are told to, whatever their signal says. */
function stubbornDestination(): Destination & { readonly running: PromiseWithResolvers<void>[] } {
  const running: PromiseWithResolvers<void>[] = [];
  return {
    running,
    list: async function* () {},
    get: async function* () {
      yield Buffer.from('x');
      yield Buffer.from('y');
    },
    put: () => {
      const upload = Promise.withResolvers<void>();
      running.push(upload);
      return upload.promise;
    },
    delete: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

test('keepOrder() lets so many calls go on at once, and the others when those have ended', async () => {
  const inner = stubbornDestination();
  const destination = keepOrder(inner, 2);
  const puts = ['a', 'b', 'c'].map((name) => destination.put(name, SOURCE));
  await turn();
  assert.equal(inner.running.length, 2);
  inner.running[0]?.resolve();
  await puts[0];
  await turn();
  assert.equal(inner.running.length, 3);
  for (const { resolve } of inner.running) resolve();
  await Promise.all(puts);
});

test('keepOrder() has a place for the next one when a download is left early', async () => {
  const destination = keepOrder(stubbornDestination(), 1);
  for await (const _piece of destination.get('a')) break;
  await destination.delete('a');
});

test('keepOrder() lets go at once whoever gives up an upload, in its turn or waiting for it', async () => {
  const inner = stubbornDestination();
  const destination = keepOrder(inner, 1);
  const controller = new AbortController();
  const { signal } = controller;
  const puts = ['a', 'b'].map((name) => destination.put(name, SOURCE, { signal }));
  await turn();
  const reason = new Error('enough');
  controller.abort(reason);
  for (const put of puts) await assert.rejects(put, reason);
  assert.equal(inner.running.length, 1);
  await destination[Symbol.asyncDispose]();
});
