/**
 * Ctrl-C at the real program: once it stops with a partial version, twice it ends at once, and what follows
 * goes on from there.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { runAshlar } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { treeRows } from '../support/tree-rows.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
const FILES = 1200;
const FILE_BYTES = 20_000;
const OPTIONS = ['--no-encryption=true', '--blocksize=20kb', '--dblock-size=1mb'];
/** Slow enough that a signal comes in the middle on any machine. */
const SLOW = ['--throttle-upload=4mb', '--throttle-download=4mb'];
/** Two signals within less are one key press to the program. */
const BETWEEN_KEY_PRESSES_MS = 400;

interface Place {
  readonly home: string;
  readonly source: string;
  readonly destination: string;
}

async function makePlace(t: TestContext): Promise<Place> {
  const home = await temporaryFolder(t);
  const place = { home, source: join(home, 'source'), destination: join(home, 'destination') };
  mkdirSync(place.source);
  mkdirSync(place.destination);
  for (let index = 0; index < FILES; index++)
    writeFileSync(join(place.source, `file-${index}`), seededBytes(FILE_BYTES, index + 1));
  return place;
}

function start(
  { home }: Pick<Place, 'home'>,
  argv: readonly string[],
  input: 'ignore' | 'pipe' = 'ignore',
): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, [launcher, ...argv], {
    env: { HOME: home, TMPDIR: home, PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    stdio: [input, 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece) => {
      text += piece;
    });
  return { child, text: () => text };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
}

/** Resolves once the folder holds a name that matches, or the program has ended. */
async function appearance(child: ChildProcess, folder: string, name: RegExp): Promise<void> {
  const over = new AbortController();
  child.once('close', () => over.abort());
  const changes = watch(folder, { signal: over.signal });
  if (readdirSync(folder).some((found) => name.test(found))) return;
  try {
    for await (const { filename } of changes) if (name.test(filename ?? '')) return;
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
}

function assertRestores({ home, destination, source }: Place, target: string): void {
  const run = runAshlar(home, ['restore', destination, `--restore-path=${target}`, '--no-encryption=true']);
  assert.equal(run.code, 0, run.err);
  assert.deepEqual(treeRows(target), treeRows(source));
}

test('ashlar backup after one Ctrl-C stores a partial version, which the next run completes', async (t) => {
  const place = await makePlace(t);
  const argv = ['backup', place.destination, place.source, ...OPTIONS];
  const { child, text } = start(place, [...argv, ...SLOW]);
  await appearance(child, place.destination, /dblock\.zip$/);
  child.kill('SIGINT');
  await ended(child);
  assert.equal(child.exitCode, 50, text());
  assert.match(text(), /stored a partial version/);
  const next = runAshlar(place.home, argv);
  assert.equal(next.code, 0, next.err);
  const { versions } = JSON.parse(runAshlar(place.home, ['list', place.destination, '--json']).out);
  assert.deepEqual(
    versions.map(({ isFull }: { isFull: boolean }) => isFull),
    [true, false],
  );
  assertRestores(place, join(place.home, 'target'));
});

test('ashlar backup after two Ctrl-C ends at once, and the next run continues', async (t) => {
  const place = await makePlace(t);
  const argv = ['backup', place.destination, place.source, ...OPTIONS];
  const { child, text } = start(place, [...argv, ...SLOW]);
  await appearance(child, place.destination, /dblock\.zip$/);
  child.kill('SIGINT');
  await setTimeout(BETWEEN_KEY_PRESSES_MS);
  child.kill('SIGINT');
  await ended(child);
  assert.equal(child.exitCode, 100, text());
  assert.match(text(), /ErrorID: aborted/);
  const next = runAshlar(place.home, argv);
  assert.equal(next.code, 0, next.err);
  assertRestores(place, join(place.home, 'target'));
});

test('ashlar restore after Ctrl-C ends at once, and the next restore completes the target', async (t) => {
  const place = await makePlace(t);
  const stored = runAshlar(place.home, ['backup', place.destination, place.source, ...OPTIONS]);
  assert.equal(stored.code, 0, stored.err);
  const target = join(place.home, 'target');
  mkdirSync(target);
  const argv = ['restore', place.destination, `--restore-path=${target}`, '--no-encryption=true'];
  const { child, text } = start(place, [...argv, ...SLOW]);
  await appearance(child, target, /file-/);
  child.kill('SIGINT');
  await ended(child);
  assert.equal(child.exitCode, 100, text());
  const next = runAshlar(place.home, [...argv, '--overwrite']);
  assert.equal(next.code, 0, next.err);
  assert.deepEqual(treeRows(target), treeRows(place.source));
});

test('ashlar that cannot end after two Ctrl-C is ended by the third, as by the signal itself', async (t) => {
  const home = await temporaryFolder(t);
  const script = join(home, 'script');
  writeFileSync(script, `#!/bin/sh\ntouch '${home}/begun'\n`, { mode: 0o755 });
  // A passphrase that never comes: nothing can interrupt reading it.
  const waiting = [`--run-script-before=${script}`, '--force-passphrase-from-stdin'];
  const { child, text } = start({ home }, ['backup', join(home, 'destination'), home, ...waiting], 'pipe');
  await appearance(child, home, /^begun$/);
  for (const answer of [/Press Ctrl-C again/, /Ending now/]) {
    child.kill('SIGINT');
    while (!answer.test(text())) await once(child.stderr ?? child, 'data');
    await setTimeout(BETWEEN_KEY_PRESSES_MS);
  }
  child.kill('SIGINT');
  await ended(child);
  assert.equal(child.signalCode, 'SIGINT', text());
  assert.equal(text().trim().split('\n').length, 2, text());
});
