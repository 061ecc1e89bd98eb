/** Moves volumes up to and down from every real server of this machine, side by side with rclone: `npm run bench:destinations -- --help`. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { PLACE_KINDS, type PlaceKind } from '../tests/support/servers/places/index.ts';
import { type Row, renderReport } from './destinations/report.ts';
import {
  ASHLAR,
  emptyFolder,
  expectSameNames,
  findRcloneMover,
  type Mover,
} from './destinations/transfers.ts';

const USAGE = `Usage: npm run bench:destinations -- [options]

  --volumes=<number>   how many volumes (default 200)
  --size=<megabytes>   of each (default 5)
  --large=<megabytes>  one more volume, for the memory; 0 for none (default 2000)
  --kinds=<names>      of ${PLACE_KINDS.map(({ kind }) => kind).join(', ')} (default: all whose servers are installed)
  --report=<file>      (default docs/benchmarks-destinations.md)
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    volumes: { type: 'string', default: '200' },
    size: { type: 'string', default: '5' },
    large: { type: 'string', default: '2000' },
    kinds: { type: 'string' },
    report: { type: 'string', default: 'docs/benchmarks-destinations.md' },
  },
});
if (values.help) process.stdout.write(USAGE);
else await run();

interface FileSet {
  readonly name: string;
  readonly folder: string;
  readonly totalBytes: number;
}

async function run(): Promise<void> {
  const work = emptyFolder(join(tmpdir(), `ashlar-bench-destinations-${process.pid}`));
  const wanted = values.kinds?.split(',');
  const rows: Row[] = [];
  try {
    const sets = makeSets(work);
    for (const kind of PLACE_KINDS.filter((known) => wanted?.includes(known.kind) ?? true))
      rows.push(...(await measureKind(kind, sets, work)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const command = ['npm run bench:destinations', ...process.argv.slice(2)].join(' -- ');
  writeFileSync(values.report, renderReport(rows, command, new Date()));
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
      return { name, folder, totalBytes: count * megabytes * 1e6 };
    });
}

function writeFile(path: string, megabytes: number): void {
  const file = openSync(path, 'w');
  for (let written = 0; written < megabytes; written++) writeSync(file, randomBytes(1e6));
  closeSync(file);
}

async function measureKind(kind: PlaceKind, sets: readonly FileSet[], work: string): Promise<Row[]> {
  const obstacle = await kind.findObstacle();
  if (obstacle !== undefined) {
    process.stderr.write(`${kind.kind}: ${obstacle}\n`);
    return [];
  }
  const movers = [ASHLAR, findRcloneMover(kind.kind)].filter((mover) => mover !== undefined);
  const rows: Row[] = [];
  for (const set of sets)
    for (const mover of movers) rows.push(await measureMover(kind, set, { mover, work }));
  return rows;
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
    process.stderr.write(`${kind.kind}, ${set.name}, ${mover.name}: ${readdirSync(back).length} files\n`);
    return { kind: kind.kind, program: mover.name, files: set.name, totalBytes: set.totalBytes, up, down };
  } finally {
    await place.stop();
    emptyFolder(join(work, 'back'));
  }
}
