/**
 * Moves volumes up to and down from every real server of this machine, side by side with rclone:
 * `npm run bench:destinations -- --help`.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { errorMessage } from '../src/base/index.ts';
import { PLACE_KINDS, type PlaceKind } from '../tests/support/servers/places/index.ts';
import { type Row, renderReport } from './destinations/report.ts';
import {
  ashlarMover,
  emptyFolder,
  expectSameNames,
  findRcloneMover,
  type Mover,
} from './destinations/transfers.ts';

const USAGE = `Usage: npm run bench:destinations -- [options]

  --volumes=<number>   how many volumes (default 200)
  --size=<megabytes>   of each (default 10)
  --large=<megabytes>  one more volume, for the memory; 0 for none (default 2000)
  --kinds=<names>      of ${PLACE_KINDS.map(({ kind }) => kind).join(', ')} (default: all whose servers are installed)
  --report=<file>      (default docs/benchmarks-destinations.md)
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    volumes: { type: 'string', default: '200' },
    size: { type: 'string', default: '10' },
    large: { type: 'string', default: '2000' },
    kinds: { type: 'string' },
    report: { type: 'string', default: 'docs/benchmarks-destinations.md' },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

interface FileSet {
  readonly name: string;
  readonly count: number;
  readonly folder: string;
  readonly totalBytes: number;
}

async function run(): Promise<void> {
  const work = emptyFolder(join(tmpdir(), `ashlar-bench-destinations-${process.pid}`));
  const wanted = values.kinds?.split(',');
  const rows: Row[] = [];
  const gaps: string[] = [];
  const sets = makeSets(work);
  try {
    for (const kind of PLACE_KINDS.filter((known) => wanted?.includes(known.kind) ?? true))
      await measureKind(kind, { sets, work, rows, gaps });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const command = ['npm run bench:destinations', ...process.argv.slice(2)].join(' -- ');
  writeFileSync(values.report, renderReport({ rows, gaps, command, date: new Date() }));
}

function makeSets(work: string): FileSet[] {
  const sets = [
    { count: Number(values.volumes), megabytes: Number(values.size) },
    { count: 1, megabytes: Number(values.large) },
  ];
  return sets
    .filter(({ count, megabytes }) => count * megabytes > 0)
    .map(({ count, megabytes }) => {
      const name = `${count} × ${megabytes} MB`;
      const folder = emptyFolder(join(work, name));
      for (let index = 0; index < count; index++) writeFile(join(folder, `volume-${index}`), megabytes);
      return { name, count, folder, totalBytes: count * megabytes * 1e6 };
    });
}

function writeFile(path: string, megabytes: number): void {
  const file = openSync(path, 'w');
  for (let written = 0; written < megabytes; written++) writeSync(file, randomBytes(1e6));
  closeSync(file);
}

interface Bench {
  readonly sets: readonly FileSet[];
  readonly work: string;
  readonly rows: Row[];
  /** What could not be measured, and why. */
  readonly gaps: string[];
}

/** A server that is not installed or a program that fails leaves a gap; the rest is measured all the same. */
async function measureKind(kind: PlaceKind, { sets, work, rows, gaps }: Bench): Promise<void> {
  const obstacle = await kind.findObstacle();
  if (obstacle !== undefined) gaps.push(`${kind.kind}: ${obstacle}.`);
  else
    for (const set of sets)
      for (const mover of moversOf(kind, set, work))
        await measureMover(kind, set, { mover, work }).then(
          (row) => void rows.push(row),
          (error: unknown) => {
            process.stderr.write(`${errorMessage(error)}\n`);
            gaps.push(`${kind.kind}, ${set.name}: ${mover.name} failed.`);
          },
        );
}

/** A single volume shows nothing but memory, for which nobody is compared with. */
function moversOf({ kind }: PlaceKind, { count }: FileSet, work: string): Mover[] {
  const ashlar = ashlarMover(join(work, 'compiled'));
  const rclone = count > 1 ? findRcloneMover(kind) : undefined;
  return rclone === undefined ? [ashlar] : [ashlar, rclone];
}

/** With a server of its own, so that nobody finds what another one left. */
async function measureMover(
  kind: PlaceKind,
  set: FileSet,
  { mover, work }: { readonly mover: Mover; readonly work: string },
): Promise<Row> {
  const place = await kind.start();
  try {
    const way = place.wayTo('bench');
    const up = await mover.up(way, set.folder);
    const back = emptyFolder(join(work, 'back'));
    const down = await mover.down(way, back);
    expectSameNames(set.folder, back);
    process.stderr.write(
      `${kind.kind}, ${set.name}, ${mover.name}: ${up.wallSeconds} s up, ${down.wallSeconds} s down\n`,
    );
    return { kind: kind.kind, program: mover.name, files: set.name, totalBytes: set.totalBytes, up, down };
  } finally {
    await place.stop();
    emptyFolder(join(work, 'back'));
  }
}
