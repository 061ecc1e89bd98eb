import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pullSource, type Source } from '../../src/mirror/index.ts';
import { createPullBench, missingForPulls, type PullBench, startServerFor } from '../support/pull-bench.ts';
import type { SshServer } from '../support/servers/sshd.ts';

const skip = missingForPulls();

const BIG_BYTES = 6 * 1024 * 1024;
/** Slow enough to be caught in the middle, and soon over without the limit. */
const SLOW_BYTES_PER_SECOND = 1024 * 1024;

interface Scene {
  readonly server: SshServer;
  readonly bench: PullBench;
  readonly source: Source;
  /** The completed version, whose every name, inode and time must stay. */
  readonly version: string;
  readonly before: readonly string[];
}

/** A completed version, then changes on the server and a slow line. */
async function setScene(t: Parameters<typeof startServerFor>[0]): Promise<Scene> {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  for (const name of ['gone', 'shared', 'changed'])
    writeFileSync(join(server.dataFolder, name), name, { mode: 0o644 });
  bench.add('web', server);
  const first = await bench.pull('web');
  assert.equal(first.state, 'completed', String(first.error));
  const version = join(bench.destination, 'web', first.run?.folder ?? '');
  writeFileSync(join(server.dataFolder, 'zzz-big'), Buffer.alloc(BIG_BYTES, 'abc'));
  setSpeed(bench, SLOW_BYTES_PER_SECOND);
  return { server, bench, source: bench.configuration.source('web'), version, before: fingerprint(version) };
}

function setSpeed(bench: PullBench, bandwidth: number): void {
  const { own } = bench.configuration.source('web');
  bench.configuration.putSource(
    'web',
    'disk',
    new Map([...own, ['bandwidth', bandwidth], ['compress', false]]),
  );
}

/** Everything about a tree but when it was linked and read. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { ino, mode, size, mtimeMs } = lstatSync(join(folder, name));
      return [name, ino, mode, size, mtimeMs].join(' ');
    });
}

/** What the next run makes of it: a version that is what the server holds now, beside an untouched first one. */
async function checkNextRun({ server, bench, version, before }: Scene): Promise<void> {
  chmodSync(join(server.dataFolder, 'shared'), 0o600);
  writeFileSync(join(server.dataFolder, 'changed'), 'otherwise');
  rmSync(join(server.dataFolder, 'gone'));
  setSpeed(bench, 0);
  const next = await bench.pull('web');
  assert.equal(next.state, 'completed', String(next.error));
  assert.deepEqual(fingerprint(version), before);
  const folder = join(bench.destination, 'web', next.run?.folder ?? '', server.dataFolder);
  assert.deepEqual(readdirSync(folder), ['changed', 'shared', 'zzz-big']);
  assert.equal(readFileSync(join(folder, 'changed'), 'utf8'), 'otherwise');
  assert.equal(statSync(join(folder, 'shared')).mode & 0o777, 0o600);
  assert.deepEqual(readFileSync(join(folder, 'zzz-big')), readFileSync(join(server.dataFolder, 'zzz-big')));
  assert.deepEqual(
    readdirSync(join(bench.destination, 'web')).filter((name) => name.startsWith('.')),
    [],
  );
  const states = bench.database.runs.ofSource(1).map(({ state }) => state);
  assert.deepEqual(states, ['completed', 'failed', 'completed']);
}

/** Pulls until bytes flow, does something, and answers how the pull ended. */
async function pullAndDisturb({ bench, source }: Scene, disturb: () => void, signal?: AbortSignal) {
  let isDisturbed = false;
  const outcome = await pullSource(
    bench.configuration.source(source.name),
    { configuration: bench.configuration, vault: { store: () => Promise.reject(new Error('no vault')) } },
    {
      ...bench.context,
      signal: signal ?? bench.context.signal,
      report: ({ bytes }) => {
        if (bytes === 0 || isDisturbed) return;
        isDisturbed = true;
        disturb();
      },
    },
  );
  assert.ok(isDisturbed, 'it was over too soon');
  return outcome;
}

/** Processes whose command line and environment fit. */
function findProcesses(
  fits: (facts: {
    readonly command: string;
    readonly environment: string;
    readonly parent: number;
  }) => boolean,
): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${id}/environ`, 'utf8');
        const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
        return fits({ command, environment, parent }) ? [Number(id)] : [];
      } catch {
        return [];
      }
    });
}

function killAll(ids: readonly number[]): void {
  assert.ok(ids.length > 0, 'nothing to kill');
  for (const id of ids) process.kill(id, 'SIGKILL');
}

test('a pull whose rsync is killed fails, and the next run is clean', { skip }, async (t) => {
  const scene = await setScene(t);
  const outcome = await pullAndDisturb(scene, () => {
    const token = scene.bench.database.runs.ofSource(1)[0]?.token ?? 'none';
    killAll(
      findProcesses(({ command, environment }) => command.startsWith('rsync') && environment.includes(token)),
    );
  });
  assert.equal(outcome.state, 'failed');
  assert.equal(outcome.step, 'copy');
  await checkNextRun(scene);
});

test('a pull whose connection is cut in the middle fails, and the next run is clean', { skip }, async (t) => {
  const scene = await setScene(t);
  const listener = Number(readFileSync(join(scene.server.dataFolder, '..', 'sshd.pid'), 'utf8'));
  const outcome = await pullAndDisturb(scene, () =>
    killAll(findProcesses(({ parent }) => parent === listener)),
  );
  assert.equal(outcome.state, 'failed');
  assert.match(String(outcome.error), /connection was lost/);
  await checkNextRun(scene);
});

test('a pull whose runner is killed is booked as failed by the next one, which ends what it left running', {
  skip,
}, async (t) => {
  const scene = await setScene(t);
  const { bench } = scene;
  const runner = spawn(
    process.execPath,
    [join(import.meta.dirname, '../support/pull-once.ts'), bench.folder],
    {
      stdio: 'ignore',
    },
  );
  const ended = once(runner, 'exit');
  const partial = join(bench.destination, 'web', '.partial', scene.server.dataFolder);
  while (!existsSync(partial) || !readdirSync(partial).some((name) => name.startsWith('.zzz-big'))) {
    assert.equal(runner.exitCode, null, 'the runner ended by itself');
    await pause(10);
  }
  runner.kill('SIGKILL');
  await ended;
  const run = bench.database.runs.ofSource(1)[0];
  assert.equal(run?.state, 'running');
  await checkNextRun(scene);
  assert.deepEqual(
    findProcesses(({ environment }) => environment.includes(run?.token ?? 'none')),
    [],
  );
  assert.ok(bench.events.some((event) => event.kind === 'pull-failed' && /killed/.test(event.message)));
});

test('an aborted pull is booked as failed, runs its always-commands, and the next run is clean', {
  skip,
}, async (t) => {
  const scene = await setScene(t);
  const { bench, server } = scene;
  const mark = join(server.dataFolder, '..', 'always');
  const { own } = bench.configuration.source('web');
  bench.configuration.putSource('web', 'disk', new Map([...own, ['always-command', [`touch '${mark}'`]]]));
  const controller = new AbortController();
  const aborted = pullAndDisturb(scene, () => controller.abort(new Error('enough')), controller.signal);
  await assert.rejects(aborted, /enough/);
  assert.ok(existsSync(mark));
  await checkNextRun(scene);
});
