import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import {
  type Destination,
  DestinationError,
  describeDestinations,
  hasAbility,
  openDestination,
  RateLimit,
  throttleDestination,
  type UploadSource,
} from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import type { Place, PlaceKind } from '../support/servers/places/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/**
 * Long enough for any machine that is busy, and far shorter than the time limits that hold when nothing else
 * is said.
 */
const AT_ONCE_MS = 15_000;
/** They mostly wait. */
const KINDS_AT_ONCE = 8;
const BYTES = seededBytes(3_000_000);
const SHORT_LIMITS = { 'short-timeout': '2s', 'list-timeout': '2s', 'read-write-timeout': '2s' };

/**
 * How many connections one transfer makes, where it is not one. Filen's files lie in parts, of which several
 * are asked for beforehand. rclone connects anew while another connection is just becoming free.
 */
const CONNECTIONS_EACH: ReadonlyMap<string | undefined, number> = new Map([
  ['filen', 4],
  ['rclone', 2],
]);

type Verb = (destination: Destination, signal?: AbortSignal) => Promise<unknown>;

const VERBS: Readonly<Record<string, Verb>> = {
  'list()': (destination, signal) => collect(destination.list({ signal })),
  'get()': (destination, signal) => collect(destination.get('a', { signal })),
  'put()': (destination, signal) => destination.put('b', memorySource(BYTES), { signal }),
  'delete()': (destination, signal) => destination.delete('a', { signal }),
};

/**
 * Registers what every kind promises of lines that go quiet, callers that give up, limits and numbers of
 * connections.
 */
export function testPatience(kinds: readonly PlaceKind[]): void {
  suite('patience', { concurrency: KINDS_AT_ONCE }, () => {
    for (const kind of kinds) {
      test(`${kind.kind} waits no longer than it is to`, async (t) => {
        const obstacle = await kind.findObstacle();
        if (obstacle !== undefined) return t.skip(obstacle);
        const place = await kind.start();
        try {
          for (const [sentence, check] of Object.entries(CHECKS))
            await t.test(`${kind.kind}: ${sentence}`, (inner) => withLine(inner, place, check));
        } finally {
          await place.stop();
        }
      });
    }
  });
}

/** A folder with the file `a`, and the line to it. */
interface Reach {
  readonly line: CuttingProxy;
  /** How many connections this kind of destination may make. */
  readonly mostConnections: number;
  /** Another client each time. */
  open(settings?: Readonly<Record<string, string>>): Promise<Destination>;
  readonly t: TestContext;
}

let folders = 0;

async function withLine(t: TestContext, place: Place, check: (reach: Reach) => Promise<void>): Promise<void> {
  const { port, host: targetHost, dataPorts = [] } = place;
  const line = await startCuttingProxy(port, { targetHost });
  t.after(() => line.stop());
  for (const dataPort of dataPorts) {
    const dataLine = await startCuttingProxy(dataPort, { targetHost, port: dataPort });
    t.after(() => dataLine.stop());
  }
  const way = place.wayTo(`folder-${++folders}`, line);
  const open = (settings = {}): Promise<Destination> =>
    openDestination(way.url, { settings: { ...way.options, ...settings } });
  await using first = await open();
  assert.ok(hasAbility(first, 'createFolder'));
  await first.createFolder();
  await first.put('a', memorySource(BYTES));
  const [scheme] = way.url.split(':');
  const descriptor = describeDestinations().find(
    (known) => known.scheme === scheme?.replace(/^ftps$/, 'ftp'),
  );
  assert.ok(descriptor);
  const mostConnections = descriptor.limits.maxConnections * (CONNECTIONS_EACH.get(scheme) ?? 1);
  await check({ line, mostConnections, open, t });
}

const CHECKS: Readonly<Record<string, (reach: Reach) => Promise<void>>> = {
  'whoever gives up is let go at once, whatever the server does, and nothing is half done': checkCancellation,
  'whoever gives up before there is a connection is let go at once': checkEarlyCancellation,
  'a server that goes quiet is unreachable after the time limits': checkSilence,
  'limits hold for their direction, and other ones at once': checkLimits,
  'many transfers at once use no more connections than it may': checkConnections,
};

async function checkCancellation({ line, open, t }: Reach): Promise<void> {
  for (const [verb, run] of Object.entries(VERBS)) {
    const destination = await open();
    await collect(destination.list());
    await giveUp({ t, verb, line, run: (signal) => run(destination, signal) });
    line.heal();
    await atOnce(`closing after ${verb}`, destination[Symbol.asyncDispose]());
  }
  await checkDownload({ line, open, t });
  await using destination = await open();
  const controller = new AbortController();
  const reason = new Error('enough');
  const reading = async (): Promise<void> => {
    for await (const _piece of destination.get('a', { signal: controller.signal })) {
      line.freeze();
      controller.abort(reason);
    }
  };
  await atOnce('get() in the middle', assert.rejects(reading(), reason));
  line.heal();
  const other = new AbortController();
  const source = pausingSource(() => {
    line.freeze();
    other.abort(reason);
  });
  const put = destination.put('b', source, { signal: other.signal });
  await atOnce('put() in the middle', assert.rejects(put, reason));
  line.heal();
  await using after = await open();
  assert.deepEqual(
    (await collect(after.list())).map(({ name }) => name).filter((name) => name === 'b'),
    [],
  );
}

async function checkDownload({ line, open, t }: Pick<Reach, 'line' | 'open' | 't'>): Promise<void> {
  const destination = await open();
  if (hasAbility(destination, 'download')) {
    const path = join(await temporaryFolder(t), 'a');
    await giveUp({
      t,
      verb: 'download()',
      line,
      run: (signal) => destination.download('a', path, { signal }),
    });
    line.heal();
  }
  await atOnce('closing after download()', destination[Symbol.asyncDispose]());
}

async function checkEarlyCancellation({ line, open, t }: Reach): Promise<void> {
  const destination = await open();
  await giveUp({ t, verb: 'list()', line, run: (signal) => collect(destination.list({ signal })) });
  await atOnce('closing', destination[Symbol.asyncDispose]());
}

async function giveUp({
  t,
  verb,
  line,
  run,
}: {
  readonly t: TestContext;
  readonly verb: string;
  readonly line: CuttingProxy;
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const heard = line.freeze();
  const outcome = run(controller.signal).then(
    () => assert.fail(`${verb} ended well on a line that is dead`),
    (error: unknown) => error,
  );
  await Promise.race([heard, outcome]);
  const startMs = performance.now();
  controller.abort(reason);
  assert.equal(await atOnce(`giving up ${verb}`, outcome), reason);
  t.diagnostic(`${verb} was let go after ${Math.round(performance.now() - startMs)} ms`);
}

async function checkSilence({ line, open }: Reach): Promise<void> {
  const destination = await open(SHORT_LIMITS);
  await collect(destination.list());
  line.freeze();
  const outcomes = await atOnce(
    'every verb',
    Promise.all(
      Object.entries(VERBS).map(async ([verb, run]) => ({
        verb,
        error: await run(destination).catch((error: unknown) => error),
      })),
    ),
  );
  for (const { verb, error } of outcomes) {
    assert.ok(error instanceof DestinationError, `${verb}: ${error}`);
    assert.equal(error.code, 'destination-unreachable', `${verb}: ${error.message}`);
    assert.match(error.message, /did not answer|was silent|[Tt]ime|i\/o timeout|deadline/, verb);
  }
  line.heal();
  await atOnce('closing', destination[Symbol.asyncDispose]());
}

/** With a byte a second nothing would ever come to its end. */
async function checkLimits({ open }: Reach): Promise<void> {
  const limits = { upload: new RateLimit(1), download: new RateLimit() };
  await using destination = throttleDestination(await open(), limits);
  const put = destination.put('b', memorySource(BYTES));
  assert.equal((await readAll(destination, 'a')).length, BYTES.length);
  limits.download.change(1);
  limits.upload.change(0);
  await put;
  const read = readAll(destination, 'b');
  await destination.put('c', memorySource(BYTES));
  limits.download.change(0);
  assert.ok(BYTES.equals(await read));
}

async function checkConnections({ line, open, mostConnections }: Reach): Promise<void> {
  await using destination = await open();
  const files = Array.from({ length: 24 }, (_, index) => `file-${index}`);
  await Promise.all(files.map((name) => destination.put(name, memorySource(seededBytes(50_000)))));
  await Promise.all(files.map((name) => readAll(destination, name)));
  // The client that made the folder has one, too.
  assert.ok(line.mostConnections <= mostConnections + 1, `${line.mostConnections} connections`);
}

/** Gives the first bytes of a file, does something, and never gives the others. */
function pausingSource(inTheMiddle: () => void): UploadSource {
  return {
    sizeBytes: BYTES.length,
    open: async function* () {
      yield BYTES.subarray(0, 500_000);
      inTheMiddle();
      await new Promise(() => {});
    },
  };
}

/** What a promise gives, or a failure when it takes as long as nobody would wait. */
async function atOnce<T>(what: string, work: PromiseLike<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} takes too long`)), AT_ONCE_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
