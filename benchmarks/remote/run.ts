/** `npm run bench:remote`: backup and restore over a slow line. Writes `docs/benchmarks-remote.md`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort } from '../../tests/support/servers/server-process.ts';
import { makeCorpus } from '../corpus.ts';
import { type Command, type Measurement, measure } from '../measure.ts';
import { table } from '../table.ts';
import { ASHLAR_PROGRAM } from '../tools/ashlar.ts';
import { PASSPHRASE, toolCommand } from '../tools/tool.ts';
import { SlowLine } from './slow-line.ts';

const ROUND_TRIP_MS = 50;
const BYTES_PER_SECOND = 20e6;
/** Of the corpus of large files: half a gigabyte. */
const SCALE = Number(process.argv[2] ?? '0.125');
const REPORT = 'docs/benchmarks-remote.md';

interface Way {
  readonly name: string;
  /** What `rclone serve` is told to speak. */
  readonly protocol: 'webdav' | 'restic';
  readonly prepare?: (port: number, home: string) => Command;
  readonly backup: (port: number, home: string, source: string) => Command;
  readonly restore: (port: number, home: string, target: string) => Command;
}

const folder = mkdtempSync(join(tmpdir(), 'ashlar-bench-remote-'));
try {
  const corpus = makeCorpus('large', join(folder, 'corpus'), SCALE);
  const rows: string[][] = [];
  const isResticHere = spawnSync('restic', ['version']).status === 0;
  for (const way of [ashlar(), ...(isResticHere ? [restic()] : [])]) {
    rows.push(...(await tryWay(way, corpus.folder)));
  }
  writeFileSync(REPORT, render(corpus.sizeBytes, rows));
  console.log(`Written: ${REPORT}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function tryWay(way: Way, source: string): Promise<string[][]> {
  const [served, home, otherHome, target] = ['served', 'home', 'other-home', 'target'].map((name) =>
    join(folder, `${way.name}-${name}`),
  ) as [string, string, string, string];
  for (const path of [served, home, otherHome, target]) mkdirSync(path);
  const port = await freePort();
  const server = await serve(way.protocol, served, port);
  try {
    await using line = await SlowLine.open({
      port,
      delayMs: ROUND_TRIP_MS / 2,
      bytesPerSecond: BYTES_PER_SECOND,
    });
    const run = async (step: string, command: Command, direction: 'upBytes' | 'downBytes') => {
      const before = line.carried[direction];
      const measured = await measure(command);
      return toRow([step, way.name], measured, line.carried[direction] - before);
    };
    const preparation = way.prepare?.(line.port, home);
    if (preparation !== undefined) await measure(preparation);
    const rows = [
      await run('first backup', way.backup(line.port, home, source), 'upBytes'),
      await run(
        'restore of everything, as on another machine',
        way.restore(line.port, otherHome, target),
        'downBytes',
      ),
    ];
    const restored = way.name === 'restic' ? join(target, source) : target;
    if (spawnSync('diff', ['-rq', source, restored]).status !== 0)
      throw new Error(`${way.name} restored something else`);
    return rows;
  } finally {
    server.kill();
  }
}

function toRow(names: readonly string[], measured: Measurement, carriedBytes: number): string[] {
  const rate = carriedBytes / measured.wallSeconds;
  return [
    ...names,
    measured.wallSeconds.toFixed(1),
    (carriedBytes / 1e6).toFixed(0),
    (rate / 1e6).toFixed(1),
    `${Math.round((rate / BYTES_PER_SECOND) * 100)} %`,
    (measured.peakMemoryBytes / 1e6).toFixed(0),
  ];
}

async function serve(protocol: string, served: string, port: number): Promise<ChildProcess> {
  const server = spawn('rclone', ['serve', protocol, served, '--addr', `127.0.0.1:${port}`, '--config='], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  while (!/serv|start/i.test(said)) {
    const [text] = await once(server.stderr, 'data');
    said += String(text);
  }
  return server;
}

function ashlar(): Way {
  const url = (port: number) => `webdav://127.0.0.1:${port}/backup`;
  const run = (home: string, rest: readonly string[]) =>
    toolCommand(ASHLAR_PROGRAM, { source: '', repository: '', home, target: '' }, rest, {
      environment: { PASSPHRASE, AUTH_USERNAME: 'user', AUTH_PASSWORD: 'password' },
    });
  return {
    name: 'Ashlar',
    protocol: 'webdav',
    backup: (port, home, source) => run(home, ['backup', url(port), source]),
    restore: (port, home, target) =>
      run(home, ['restore', url(port), `--restore-path=${target}`, '--restore-permissions']),
  };
}

function restic(): Way {
  const run = (port: number, home: string, rest: readonly string[]) =>
    toolCommand(
      ['restic'],
      { source: '', repository: '', home, target: '' },
      ['--quiet', '--repo', `rest:http://127.0.0.1:${port}/`, ...rest],
      {
        environment: { RESTIC_PASSWORD: PASSPHRASE },
      },
    );
  return {
    name: 'restic',
    protocol: 'restic',
    prepare: (port, home) => run(port, home, ['init']),
    backup: (port, home, source) => run(port, home, ['backup', source]),
    restore: (port, home, target) => run(port, home, ['restore', 'latest', '--target', target]),
  };
}

function render(sizeBytes: number, rows: readonly (readonly string[])[]): string {
  return [
    '# Benchmarks over a slow line',
    '',
    `Written by \`npm run bench:remote\` on ${new Date().toISOString().slice(0, 10)}: ${(sizeBytes / 1e6).toFixed(0)} MB of large files, half of them incompressible, over a line of ${BYTES_PER_SECOND / 1e6} MB/s in each direction with ${ROUND_TRIP_MS} ms there and back. Behind it \`rclone serve\` serves a local folder: WebDAV to Ashlar, restic's own protocol to restic. One run each.`,
    '',
    'The share is what the program carried, divided by what the line could have carried in the whole time of the process, start and end included.',
    '',
    ...table(['step', 'program', 'time, s', 'carried, MB', 'MB/s', 'share of the line', 'memory, MB'], rows),
    '',
  ].join('\n');
}
