/**
 * What Duplicati stores under a filter list, Ashlar stores too: the recorded runs again, as real backups of a
 * real tree.
 */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import type { FilterRule } from '../../src/filters/index.ts';
import { backupBench } from '../support/backup-bench.ts';
import { comparablePaths, type RecordedTree, readFilterRecordings } from '../support/filter-recordings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('runBackup() stores what Duplicati stores under each recorded list of filters', async (t) => {
  const recorded = readFilterRecordings();
  if (recorded === undefined) return t.skip('NO FIXTURES: filters.jsonl is missing, nothing was compared');
  const { tree, recordings } = recorded;
  // The whole path of the tree is kept below a new folder, for some rules name a part of it.
  const folder = await temporaryFolder(t);
  const [, first = ''] = tree.root.split('/');
  const moved = (text: string) => text.replaceAll(`/${first}/`, `${folder}/${first}/`);
  const bench = await backupBench(t, { source: moved(tree.root) });
  buildTree(bench.source, tree);
  const variables = Object.fromEntries(
    Object.entries(tree.environment).map(([name, value]) => [name, moved(value)]),
  );
  for (const { args, stored } of recordings) {
    rmSync(bench.destination, { recursive: true, force: true });
    rmSync(join(bench.databasePath, '..'), { recursive: true, force: true });
    mkdirSync(join(bench.databasePath, '..'));
    const { rules, options } = split(args.map(moved));
    const run = { rules, options, variables };
    if (stored === null) {
      await assert.rejects(bench.backup(run), { name: 'FilterError' }, args.join(' '));
      continue;
    }
    const { result } = await bench.backup(run);
    const paths = result.versionTime === undefined ? [] : await storedPaths(bench);
    assert.deepEqual(comparablePaths(args, paths), comparablePaths(args, stored), args.join(' '));
  }
  t.diagnostic(`${recordings.length} backups compared`);
});

function split(args: readonly string[]): { rules: FilterRule[]; options: string[] } {
  const rules: FilterRule[] = [];
  const options: string[] = [];
  for (const argument of args) {
    const [, kind, expression = ''] = /^--(include|exclude)=(.*)$/s.exec(argument) ?? [];
    if (kind === 'include' || kind === 'exclude') rules.push({ kind, expression });
    else options.push(argument);
  }
  options.push('--concurrency-max-threads=1');
  return { rules, options };
}

async function storedPaths(bench: Awaited<ReturnType<typeof backupBench>>): Promise<string[]> {
  await using opened = await bench.open();
  return Array.from(opened.database.entries.open(), ({ path }) =>
    path === `${bench.source}/` ? './' : path.slice(bench.source.length + 1),
  );
}

function buildTree(root: string, { files, folders, links }: RecordedTree): void {
  for (const [path, sizeBytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    truncateSync(join(root, path), sizeBytes);
  }
  for (const path of folders) mkdirSync(join(root, path), { recursive: true });
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
}
