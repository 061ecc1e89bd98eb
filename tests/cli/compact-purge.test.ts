/** The commands that reclaim space and take files out of versions, as processes. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';

let home = '';
let source = '';
let destination = '';

/** Two versions: of six files three change. */
before(() => {
  home = mkdtempSync(join(tmpdir(), 'ashlar-compact-'));
  source = join(home, 'source');
  destination = join(home, 'destination');
  mkdirSync(source);
  for (const round of [0, 1]) {
    for (let file = 0; file < 6; file++)
      if (round === 0 || file % 2 === 0)
        writeFileSync(join(source, `file-${file}`), seededBytes(100_000, round * 6 + file + 1));
    const { code, err } = run('backup', [
      source,
      '--no-auto-compact',
      '--blocksize=10kb',
      '--dblock-size=1mb',
    ]);
    assert.equal(code, 0, err);
  }
});

after(() => rmSync(home, { recursive: true, force: true }));

function run(command: string, argv: readonly string[] = []): AshlarRun {
  return runAshlar(home, [command, destination, ...argv, '--no-encryption']);
}

const dblocks = () => readdirSync(destination).filter((name) => name.includes('.dblock.'));

test('ashlar purge without anything to remove, or with nothing but what stays, is a wrong command line', () => {
  const before = readdirSync(destination);
  assert.equal(run('purge').code, 200);
  assert.equal(run('purge', ['--exclude=*.txt']).code, 200);
  assert.equal(run('purge', ['file-1', '--include=*.txt']).code, 200);
  assert.deepEqual(readdirSync(destination), before);
});

test('ashlar list-broken-files, affected and purge-broken-files tell and mend what a lost volume means', () => {
  const [lost = ''] = dblocks().sort((one, other) => sizeOf(one) - sizeOf(other));
  assert.match(run('list-broken-files').out, /^Every file of every version can be restored\.$/m);
  assert.match(run('affected', [lost]).out, /^Version 0 of .*: 3 entries$/m);
  renameSync(join(destination, lost), join(home, lost));
  const listed = run('list-broken-files', ['--full-result']);
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, /^ {2}\S+\/file-4 \(97\.7 KiB\)$/m);
  const dry = run('purge-broken-files', ['--dry-run']);
  assert.match(dry.out, /^Would remove 3 entries: 1 version changed, 0 deleted; nothing was changed\.$/m);
  renameSync(join(home, lost), join(destination, lost));
  assert.match(run('purge-broken-files').out, /nothing was changed/);
});

test('ashlar purge removes a file from all versions, delete and compact reclaim the space', () => {
  const dry = run('purge', ['file-1', '--dry-run', '--json']);
  assert.equal(JSON.parse(dry.out).removedEntries, 2);
  const purged = run('purge', [join(source, 'file-1')]);
  assert.equal(purged.code, 0, purged.err);
  assert.match(purged.out, /^Removed 2 entries \(195 KiB\) from 2 versions\.$/m);
  assert.equal(run('delete', ['--keep-versions=1', '--no-auto-compact']).code, 0);
  const compacted = run('compact');
  assert.equal(compacted.code, 0, compacted.err);
  assert.match(compacted.out, /^Space reclaimed: /m);
  assert.match(run('compact').out, /^There is nothing worth compacting\.$/m);
  assert.equal(run('test', ['all']).code, 0);
});

function sizeOf(name: string): number {
  return statSync(join(destination, name)).size;
}
