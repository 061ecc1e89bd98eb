import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Way } from '../../tests/support/servers/places/index.ts';
import { type Measurement, measure } from '../measure.ts';
import { configureRclone, remotePath } from './rclone-remote.ts';

/** What backups use when nothing else is asked for; rclone has the same default. */
export const PARALLEL_TRANSFERS = 4;

/** One program's way with a folder of files: there, and back. */
export interface Mover {
  readonly name: 'Ashlar' | 'rclone';
  up(way: Way, folder: string): Promise<Measurement>;
  down(way: Way, folder: string): Promise<Measurement>;
}

const TRANSFER = join(import.meta.dirname, 'transfer.ts');

/** Ashlar, which keeps its compiled code in a folder between runs, as the program does. */
export function ashlarMover(compiledCode: string): Mover {
  const move = (direction: 'up' | 'down', { url, options }: Way, folder: string): Promise<Measurement> =>
    measure({
      program: process.execPath,
      arguments: [TRANSFER, direction, url, folder, JSON.stringify(options)],
      environment: { ...environment(), NODE_COMPILE_CACHE: compiledCode },
    });
  return {
    name: 'Ashlar',
    up: (way, folder) => move('up', way, folder),
    down: (way, folder) => move('down', way, folder),
  };
}

/** rclone with the settings of a kind of destination; `undefined` where its version does not speak to that server. */
export function findRcloneMover(kind: string): Mover | undefined {
  if (kind === 'Azure') return undefined;
  const copy = (way: Way, from: string, to: string): Promise<Measurement> =>
    measure({
      program: 'rclone',
      arguments: ['copy', '--transfers', String(PARALLEL_TRANSFERS), from, to],
      environment: { ...environment(), ...configureRclone(kind, way) },
    });
  return {
    name: 'rclone',
    up: (way, folder) => copy(way, folder, remotePath(kind, way)),
    down: (way, folder) => copy(way, remotePath(kind, way), folder),
  };
}

/** Throws unless both folders hold files of the same names. */
export function expectSameNames(folder: string, other: string): void {
  const [names, others] = [folder, other].map((path) => readdirSync(path).sort().join());
  if (names !== others) throw new Error(`Not the files of ${folder} came back.`);
}

export function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

function environment(): Readonly<Record<string, string>> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}
