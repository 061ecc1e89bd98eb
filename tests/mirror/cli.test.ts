import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { loginWords, missingForPulls, startServerFor } from '../support/pull-bench.ts';
import { runAshlar, runAshlarBeside } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const skip = missingForPulls();

async function createHome(t: TestContext) {
  const home = await temporaryFolder(t);
  mkdirSync(join(home, 'disk'));
  const ashlar = (...words: string[]) => runAshlar(home, words);
  assert.equal(ashlar('destination', 'add', 'disk', `path=${join(home, 'disk')}`).code, 0);
  return { home, ashlar, json: (...words: string[]) => JSON.parse(ashlar(...words, '--json').out) };
}

test('`ashlar pull` and what belongs to it, from configuration to the way back', { skip }, async (t) => {
  const server = await startServerFor(t);
  const { home, ashlar, json } = await createHome(t);
  writeFileSync(join(server.dataFolder, 'greeting.txt'), 'hello\nworld\n');
  assert.equal(ashlar('source', 'add', 'web', ...loginWords(server), 'cron=0 3 * * *').code, 0);
  ashlar('pull-config', 'edit', 'keep-all-days=3');
  const { fields } = json('source', 'show', 'web');
  const keeping = fields.find(({ name }: { name: string }) => name === 'keep-all-days');
  assert.deepEqual(keeping, { name: 'keep-all-days', value: 3, origin: 'defaults' });
  // The warning is about the host key, which is pinned.
  const first = ashlar('pull', 'web');
  assert.equal(first.code, 2);
  assert.match(first.err, /pinned \[127\.0\.0\.1\]:\d+ ssh-ed25519 SHA256:/);
  const { sources } = json('pull', 'web');
  assert.equal(sources[0].state, 'completed');
  assert.equal(ashlar('pull', '--due').code, 0);
  assert.deepEqual(
    json('versions', 'web').runs.map(({ state }: { state: string }) => state),
    ['completed', 'completed'],
  );
  assert.match(ashlar('sources').out, /^web +disk +\? +2 /m);
  assert.match(ashlar('destinations').out, /^disk +yes +1 /m);
  assert.equal(ashlar('monitor').code, 0);
  assert.match(ashlar('monitor', '--summary').out, /2 completed, 0 failed/);
  assert.match(ashlar('find-files', 'web', 'greet*').out, /^1 file found$/m);
  assert.match(ashlar('find-content', 'web', 'WORLD').out, /greeting\.txt:2 .*: world$/m);
  assert.match(ashlar('cleanup', '--dry-run').out, /keep +backup-\S+: the newest/);
  const path = join(server.dataFolder, 'greeting.txt');
  writeFileSync(path, 'overwritten');
  assert.equal(ashlar('restore-version', 'web', 'newest', path, '--to=server').code, 0);
  assert.equal(readFileSync(path, 'utf8'), 'overwritten');
  ashlar('restore-version', 'web', 'newest', path, '--to=server', '--overwrite');
  assert.equal(readFileSync(path, 'utf8'), 'hello\nworld\n');
  ashlar('restore-version', 'web', sources[0].version, path, `--to=${join(home, 'out')}`);
  assert.equal(readFileSync(join(home, 'out', path), 'utf8'), 'hello\nworld\n');
});

test('a source that is being pulled is left alone by other pulls, cleanups and changes of its name, to the end of the run', {
  skip,
}, async (t) => {
  const server = await startServerFor(t);
  const { home, ashlar } = await createHome(t);
  writeFileSync(join(server.dataFolder, 'file'), 'x');
  const [begun, goOn] = [join(home, 'begun'), join(home, 'go-on')];
  const wait = `touch '${begun}'; while [ ! -e '${goOn}' ]; do sleep 0.1; done`;
  ashlar('source', 'add', 'web', ...loginWords(server), `pre-command=${wait}`);
  const first = runAshlarBeside(home, ['pull', 'web']);
  try {
    while (!existsSync(begun)) await pause(20);
    const second = ashlar('pull', 'web');
    assert.equal(second.code, 100);
    assert.match(second.out + second.err, /is being pulled already/);
    assert.equal(ashlar('cleanup', 'web').code, 3);
    assert.match(ashlar('source', 'edit', 'web', '--name=shop').err, /being worked on/);
    assert.equal(ashlar('pull', '--due').code, 0);
  } finally {
    writeFileSync(goOn, '');
  }
  const { code, err } = await first;
  assert.equal(code, 2, err);
  assert.doesNotMatch(err, /killed/);
});

test('exit codes of `pull`, `monitor` and `cleanup` tell what happened', { skip }, async (t) => {
  const server = await startServerFor(t);
  const { home, ashlar } = await createHome(t);
  writeFileSync(join(server.dataFolder, 'file'), 'x');
  ashlar('source', 'add', 'web', ...loginWords(server));
  ashlar('source', 'add', 'down', 'host=127.0.0.1', 'port=1', 'user=nobody', 'include=/etc');
  assert.equal(ashlar('pull', 'down').code, 100);
  assert.equal(ashlar('pull', 'web', 'down').code, 3);
  assert.equal(ashlar('pull', 'nowhere').code, 100);
  assert.equal(ashlar('pull').code, 200);
  assert.equal(ashlar('source', 'polish', 'web').code, 200);
  assert.equal(ashlar('restore-version', 'web', 'newest', '/no/such', `--to=${home}`).code, 100);
  renameSync(join(home, 'disk'), join(home, 'away'));
  assert.equal(ashlar('monitor').code, 3);
  assert.equal(ashlar('cleanup').code, 3);
  assert.match(ashlar('destinations').out, /^disk +no /m);
});
