import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { type FaultyLine, startFaultyLine } from '../support/servers/faulty-line.ts';
import { argumentsOf, type Place, type PlaceKind } from '../support/servers/places/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The time limits of a user who has patience: nothing but the signal ends the run. */
const PATIENT = { 'short-timeout': '1h', 'list-timeout': '1h', 'read-write-timeout': '1h' };
const SOURCE_BYTES = 12_000_000;

/** Bytes after which each connection goes quiet, and what it is in the middle of then. */
const MOMENTS = { 'a login': 0, 'an upload': 3_000_000 };

/**
 * Registers what every kind promises of the real program: told to end while the server says nothing, it ends
 * by itself, though nothing that it waits for ever comes.
 */
export function testCancellation(kinds: readonly PlaceKind[]): void {
  suite('cancellation', { concurrency: 2 }, () => {
    for (const kind of kinds) {
      test(`${kind.kind}: a backup that is told to end does so in the middle of a login and of an upload`, async (t) => {
        const obstacle = await kind.findObstacle();
        if (obstacle !== undefined) return t.skip(obstacle);
        const place = await kind.start();
        t.after(() => place.stop());
        for (const [moment, afterBytes] of Object.entries(MOMENTS))
          await checkEnd(t, place, moment, afterBytes);
      });
    }
  });
}

async function checkEnd(t: TestContext, place: Place, moment: string, afterBytes: number): Promise<void> {
  await using open = new AsyncDisposableStack();
  const lines = await startLines(open, place, afterBytes);
  const [line] = lines;
  assert.ok(line);
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'file'), seededBytes(SOURCE_BYTES));
  const way = place.wayTo(`cancelled-${afterBytes}`, line);
  const options = argumentsOf(way, { ...PATIENT, 'dblock-size': '5mb', 'no-encryption': 'true' });
  let signalMs = 0;
  const run = await runAshlarBeside(home, ['backup', way.url, source, ...options], {}, async (child) => {
    await Promise.race(lines.map(({ broken }) => broken));
    signalMs = performance.now();
    child.kill('SIGTERM');
  });
  assert.ok(signalMs > 0, `${moment}: ended before the line went quiet: ${run.err}`);
  t.diagnostic(`${moment}: ended ${Math.round(performance.now() - signalMs)} ms after the signal`);
  assert.match(run.err, /ErrorID: aborted/, moment);
  assert.equal(run.code, 100, moment);
}

/** The line to the server, and those for data. All go quiet. */
async function startLines(
  open: AsyncDisposableStack,
  { port, host: targetHost, dataPorts = [] }: Place,
  afterBytes: number,
): Promise<readonly FaultyLine[]> {
  const lines: FaultyLine[] = [];
  const start = async (targetPort: number, ownPort = 0): Promise<void> => {
    const ends = { targetPort, targetHost, port: ownPort };
    const line = await startFaultyLine(ends, () => ({ kind: 'stall', afterBytes }));
    open.defer(() => line.stop());
    lines.push(line);
  };
  await start(port);
  for (const dataPort of dataPorts) await start(dataPort, dataPort);
  return lines;
}
