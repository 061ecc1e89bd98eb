import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { decodePath, toSystemPath } from '../../src/base/index.ts';
import type { FixtureCase } from './fixture-cases.ts';
import { fixturesFolder } from './fixtures.ts';

interface Row {
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  readonly mtimeTicks: string;
  readonly sizeBytes: string;
  readonly hash: string;
  readonly path: string;
}

/** What of a row counts, as the description of the fixtures says. */
function comparable(fixture: Pick<FixtureCase, 'name'>, row: Row): string | undefined {
  const { kind, mode, owner, mtimeTicks, sizeBytes, hash, path } = row;
  if (fixture.name === 'skip-metadata') {
    if (kind === 'l') return undefined;
    return kind === 'd' ? `d ${path}` : `f ${sizeBytes} ${hash} ${path}`;
  }
  if (kind === 'l') return `l ${hash} ${path}`;
  if (kind === 'd') return `d ${mode} ${owner} ${mtimeTicks} ${path}`;
  return `f ${mode} ${owner} ${mtimeTicks} ${sizeBytes} ${hash} ${path}`;
}

function toTexts(fixture: Pick<FixtureCase, 'name'>, rows: readonly Row[]): string[] {
  return rows.flatMap((row) => comparable(fixture, row) ?? []).toSorted();
}

/** Times have more digits than a number holds, so they are taken from the text. */
const LINE = /^\["(.)", "(\d+)", (\d+), (\d+), (\d+), (\d+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\]$/;

/** The entries of version `number` (0 the newest) of a fixture, one comparable text each. */
export function expectedRows(fixture: FixtureCase, number: number): string[] {
  const lines = readFileSync(join(fixturesFolder, fixture.name, `version-${number}.jsonl`), 'utf8').trimEnd();
  const rows = lines.split('\n').map((line): Row => {
    const [, kind, mode, uid, gid, mtimeTicks, sizeBytes, hash, path] = LINE.exec(line) ?? assert.fail(line);
    return {
      kind: kind ?? '',
      mode: mode ?? '',
      owner: `${uid}:${gid}`,
      mtimeTicks: mtimeTicks ?? '',
      sizeBytes: sizeBytes ?? '',
      hash: JSON.parse(`"${hash}"`),
      path: JSON.parse(`"${path}"`),
    };
  });
  return toTexts(fixture, rows);
}

/** The entries below a folder, one comparable text each. */
export function restoredRows(fixture: Pick<FixtureCase, 'name'>, target: string): string[] {
  const rows: Row[] = [];
  const visit = (path: string): void => {
    const systemPath = toSystemPath(path === '.' ? target : `${target}/${path}`);
    const stat = lstatSync(systemPath, { bigint: true });
    const kind = stat.isSymbolicLink() ? 'l' : stat.isDirectory() ? 'd' : 'f';
    rows.push({
      kind,
      mode: (Number(stat.mode) & 0o7777).toString(8).padStart(4, '0'),
      owner: `${stat.uid}:${stat.gid}`,
      mtimeTicks: String(stat.mtimeNs / 100n),
      sizeBytes: String(stat.size),
      hash: contentHash(systemPath, kind),
      path,
    });
    if (kind !== 'd') return;
    for (const name of readdirSync(systemPath, { encoding: 'buffer' })) {
      visit(path === '.' ? decodePath(name) : `${path}/${decodePath(name)}`);
    }
  };
  visit('.');
  return toTexts(fixture, rows);
}

function contentHash(systemPath: string | Buffer, kind: string): string {
  if (kind === 'l') return decodePath(readlinkSync(systemPath, { encoding: 'buffer' }));
  return kind === 'f' ? createHash('sha256').update(readFileSync(systemPath)).digest('hex') : '';
}

/** The entries below a folder with everything that a backup keeps of them. */
export function treeRows(folder: string): string[] {
  return restoredRows({ name: 'everything' }, folder);
}
