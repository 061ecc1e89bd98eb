import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Crew } from './crew.ts';

const [NATIVE, CREW_THREAD] = ['../base/native/index.ts', './crew-thread.ts'].map(
  (path) => new URL(path, import.meta.url).href,
);

/** A thread that loads the calls of the C library with its first request. */
const LOADING_THREAD = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { nativeProblem } from ${JSON.stringify(NATIVE)};
    import { joinCrew } from ${JSON.stringify(CREW_THREAD)};
    const { port } = joinCrew();
    port.on('message', () => port.postMessage({ type: 'loaded', problem: nativeProblem() }));
  `)}`,
);

interface Loaded {
  readonly type: 'loaded';
  readonly problem: string | undefined;
}

function loadingCrew(replies: Loaded[], size = 1): Crew<string, Loaded> {
  return new Crew({
    entry: LOADING_THREAD,
    workerData: {},
    size,
    isAnswer: () => true,
    receive: (reply) => replies.push(reply),
  });
}

test('Crew can be ended at any moment while its threads load the C library', async () => {
  const { signal } = new AbortController();
  const replies: Loaded[] = [];
  const start = performance.now();
  await using crew = loadingCrew(replies);
  await crew.submit('load', signal);
  await crew.settle(signal);
  const wholeMs = performance.now() - start;
  assert.equal(replies[0]?.problem, undefined);
  // Loading is the last that a thread does before it answers, so the moments are counted back from there.
  for (let back = 0; back < 40; back++) {
    await using ended = loadingCrew([]);
    await ended.submit('load', signal);
    await delay(Math.max(0, wholeMs - back));
  }
});

test('Crew starts another thread only for work that would wait longer than it has patience', async () => {
  const { signal } = new AbortController();
  const replies: Loaded[] = [];
  await using crew = loadingCrew(replies, 3);
  for (let request = 1; request <= 4; request++) await crew.submit('short', signal, { patience: 3 });
  assert.equal(crew.seats.length, 1);
  await crew.submit('short', signal, { patience: 3 });
  assert.equal(crew.seats.length, 2);
  await crew.submit('long', signal);
  assert.equal(crew.seats.length, 3);
  await crew.settle(signal);
  assert.equal(replies.length, 6);
});
