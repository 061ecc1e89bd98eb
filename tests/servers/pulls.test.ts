import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { pullSources } from '../../src/mirror/index.ts';
import { createPullBench, missingForPulls, startServerFor } from '../support/pull-bench.ts';
import { seededRandom } from '../support/seeded-random.ts';

const SOURCES = 10;
const RUNS = 3;
const FILES = 60;

/** A tree with what servers have: folders, links of both kinds, an empty file, one of some size. */
function plant(folder: string, random: () => number): void {
  for (let index = 0; index < FILES; index++) {
    const place = join(folder, `dir-${index % 7}`, `sub ${index % 3}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, `file-${index}`),
      Buffer.alloc(Math.floor(random() * 20_000), `${index}-${random()}`),
    );
  }
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'big'), Buffer.alloc(500_000, 'big'));
  linkSync(join(folder, 'big'), join(folder, 'big-again'));
  symlinkSync('big', join(folder, 'link'));
  symlinkSync('/no/where', join(folder, 'dangling'));
}

/** What happens between two runs: something new, changed, moved and gone. */
function change(folder: string, run: number): void {
  writeFileSync(join(folder, `new-${run}`), `new in ${run}`);
  appendFileSync(join(folder, 'dir-1', 'sub 1', 'file-1'), `changed in ${run}`);
  renameSync(join(folder, 'dir-2', 'sub 2', `file-2`), join(folder, 'dir-2', `moved-${run}`));
  renameSync(join(folder, 'dir-2', `moved-${run}`), join(folder, 'dir-2', 'sub 2', 'file-2'));
  rmSync(join(folder, `dir-${run + 3}`), { recursive: true });
}

/** What rsync would do to make one tree the other; nothing means that they are the same. */
function differences(from: string, to: string): string {
  return execFileSync(
    'rsync',
    ['-aHAXn', '--checksum', '--delete', '--itemize-changes', `${from}/`, `${to}/`],
    { encoding: 'utf8' },
  );
}

test('ten sources pulled three times are what the servers were, and share what did not change', {
  skip: missingForPulls(),
}, async (t) => {
  const bench = await createPullBench(t);
  bench.configuration.editDefaults(['parallel=3', 'parallel-per-host=3', 'parallel-per-destination=3']);
  const servers = await Promise.all(Array.from({ length: SOURCES }, () => startServerFor(t)));
  const random = seededRandom(8);
  for (const [index, server] of servers.entries()) {
    plant(server.dataFolder, random);
    bench.add(`server ${index}`, server);
  }
  const parts = {
    configuration: bench.configuration,
    vault: { store: () => Promise.reject(new Error('no vault')) },
  };
  const asTheyWere: string[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const outcomes = await pullSources(bench.configuration.sources(), parts, bench.context);
    assert.deepEqual(
      outcomes.filter(({ state }) => state !== 'completed').map(({ error }) => String(error)),
      [],
    );
    asTheyWere.push(
      servers.map((server, index) => {
        const copy = join(bench.folder, `copy-${run}-${index}`);
        execFileSync('cp', ['-a', server.dataFolder, copy]);
        return copy;
      }),
    );
    for (const server of servers) change(server.dataFolder, run);
  }
  let [apparent, added] = [0, 0];
  for (const [index, server] of servers.entries()) {
    const folder = join(bench.destination, `server ${index}`);
    const versions = readdirSync(folder).sort();
    assert.equal(versions.length, RUNS);
    for (const [run, version] of versions.entries())
      assert.equal(differences(asTheyWere[run]?.[index] ?? '', join(folder, version, server.dataFolder)), '');
    const [first = '', , last = ''] = versions.map((version) => join(folder, version, server.dataFolder));
    const inode = (root: string, name: string): number => statSync(join(root, name)).ino;
    assert.equal(inode(first, 'dir-6/sub 0/file-6'), inode(last, 'dir-6/sub 0/file-6'));
    assert.equal(inode(last, 'big'), inode(last, 'big-again'));
    assert.notEqual(inode(first, 'dir-1/sub 1/file-1'), inode(last, 'dir-1/sub 1/file-1'));
    for (const run of bench.database.runs.versions(index + 1)) {
      apparent += run.apparentBytes ?? 0;
      added += run.addedBytes ?? 0;
    }
  }
  t.diagnostic(`${SOURCES * RUNS} versions of ${apparent} bytes use ${added} bytes`);
  assert.ok(added < apparent * 0.6, `${added} of ${apparent}`);
  const used = Number(
    execFileSync('du', ['-s', '--block-size=1', bench.destination], { encoding: 'utf8' }).split('\t')[0],
  );
  assert.ok(Math.abs(used - added) < used * 0.2, `du says ${used}, the runs say ${added}`);
  assert.equal(process.exitCode ?? 0, 0);
});
