/** What happens around an operation: scripts, log file, kept results, reports, control files. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSPHRASE = 'correct horse battery';

async function makePlace(t: TestContext) {
  const home = await temporaryFolder(t);
  const source = join(home, 'private-name');
  const destination = join(home, 'destination');
  mkdirSync(source);
  writeFileSync(join(source, 'letter.txt'), 'dear reader');
  return {
    home,
    source,
    destination,
    run: (...argv: string[]) => runAshlar(home, argv, { PASSPHRASE }),
    backup: (...options: string[]) =>
      runAshlar(home, ['backup', destination, source, ...options], { PASSPHRASE }),
    script(name: string, lines: string): string {
      const path = join(home, name);
      writeFileSync(path, `#!/bin/sh\n${lines}\n`);
      chmodSync(path, 0o700);
      return path;
    },
  };
}

test('ashlar backup runs scripts before, after storing and at the end, and tells them what happens', async (t) => {
  const place = await makePlace(t);
  const seen = join(place.home, 'seen');
  const script = place.script(
    'script.sh',
    `echo "$DUPLICATI__EVENTNAME $DUPLICATI__OPERATIONNAME $DUPLICATI__PARSED_RESULT" >> ${seen}
[ -z "$DUPLICATI__RESULTFILE" ] || cp "$DUPLICATI__RESULTFILE" ${place.home}/result.json`,
  );
  const run = place.backup(
    `--run-script-before=${script}`,
    `--run-script-post-backup=${script}`,
    `--run-script-after=${script}`,
    '--run-script-result-output-format=Json',
  );
  assert.equal(run.code, 0, run.err);
  assert.equal(readFileSync(seen, 'utf8'), 'BEFORE Backup \nPOST-BACKUP Backup \nAFTER Backup Success\n');
  const result = JSON.parse(readFileSync(join(place.home, 'result.json'), 'utf8'));
  assert.equal(result.Data.AddedFiles, 1);
  assert.equal(result.Data.BackendStatistics.KnownFilesets, 1);
  assert.deepEqual(result.LogLines, []);
});

test('ashlar backup gives scripts the lines of the log that they ask for', async (t) => {
  const place = await makePlace(t);
  const script = place.script('after.sh', `cp "$DUPLICATI__RESULTFILE" ${place.home}/result`);
  const missing = join(place.home, 'missing');
  const run = (...options: string[]) => {
    const { code, err } = place.backup(missing, `--run-script-after=${script}`, ...options);
    assert.ok(code === 2 || code === 1, err);
    return readFileSync(join(place.home, 'result'), 'utf8');
  };
  assert.match(run(), /\nLog:\n\S+ \[warning\] source-missing: /);
  assert.doesNotMatch(run('--run-script-log-filter=-source-missing'), /\nLog:/);
  assert.doesNotMatch(run('--run-script-log-level=Error'), /\nLog:/);
});

test('ashlar backup is held to the modules that --allowed-backend-modules and its like name', async (t) => {
  const place = await makePlace(t);
  for (const option of ['backend-modules=s3', 'compression-modules=tgz', 'encryption-modules=gpg']) {
    const refused = place.backup(`--allowed-${option}`);
    assert.equal(refused.code, 200, option);
    assert.match(refused.err, /option-conflict/);
  }
  assert.ok(!existsSync(place.destination));
  assert.equal(place.backup('--allowed-backend-modules=file,s3', '--allowed-encryption-modules=aes').code, 0);
});

test('ashlar backup: a script before may change options, refuse the run, or fail it', async (t) => {
  const place = await makePlace(t);
  const changing = place.script('change.sh', 'echo --prefix=other');
  assert.equal(place.backup(`--run-script-before=${changing}`).code, 0);
  assert.ok(readdirSync(place.destination).every((name) => name.startsWith('other-')));
  const count = readdirSync(place.destination).length;

  const refusing = place.script('refuse.sh', 'exit 3');
  assert.equal(place.backup(`--run-script-before=${refusing}`).code, 2);
  const failing = place.script('fail.sh', 'exit 1');
  const failed = place.backup(`--run-script-before-required=${failing}`);
  assert.equal(failed.code, 100);
  assert.match(failed.err, /ErrorID: script-failed/);
  assert.equal(readdirSync(place.destination).length, count);

  const slow = place.script('slow.sh', 'sleep 60');
  const late = place.backup('--run-script-timeout=1s', `--run-script-after=${slow}`);
  assert.equal(late.code, 0);
  assert.match(late.err, /took too long/);
});

test('ashlar keeps results in the local database, and shows them with --json', async (t) => {
  const place = await makePlace(t);
  const dbpath = join(place.home, 'local.sqlite');
  const run = place.backup(`--dbpath=${dbpath}`, '--json', '--auto-vacuum');
  const { result } = JSON.parse(run.out);
  assert.equal(result.ParsedResult, 'Success');
  assert.equal(result.BackendStatistics.FilesUploaded, 3);
  assert.equal(place.run('test', place.destination, 'all', `--dbpath=${dbpath}`).code, 0);
  const failed = place.backup(`--dbpath=${dbpath}`, '--blocksize=100kb');
  assert.equal(failed.code, 100);
  using database = new DatabaseSync(dbpath);
  const rows = database.prepare('SELECT name, result FROM operation ORDER BY id').all();
  assert.deepEqual(
    rows.map(({ name, result: text }) => [name, JSON.parse(String(text)).ParsedResult]),
    [
      ['backup', 'Success'],
      ['test', 'Success'],
      ['backup', 'Fatal'],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes(PASSPHRASE));
});

test('ashlar --log-file holds what happened, without secrets, and a log that cannot be written harms nothing', async (t) => {
  const place = await makePlace(t);
  const log = join(place.home, 'run.log');
  place.script('x', '');
  const noisy = place.script('noisy.sh', 'echo "LOG:WARN it is $DUPLICATI__passphrase"');
  const run = place.backup(
    `--log-file=${log}`,
    `--passphrase=${PASSPHRASE}`,
    `--run-script-before=${noisy}`,
    '--console-log-ignore=script-output',
  );
  assert.equal(run.code, 2, run.err);
  assert.match(readFileSync(log, 'utf8'), /^\S+Z \[warning\] script-output: it is \*\*\*\n$/);
  assert.equal(run.err, '');
  const full = place.backup(
    '--log-file=/dev/full',
    '--log-file-log-level=Profiling',
    '--upload-unchanged-backups',
  );
  assert.equal(full.code === 0 || full.code === 2, true, full.err);
});

test('ashlar create-report tells neither names nor secrets, and replaces no file', async (t) => {
  const place = await makePlace(t);
  const none = place.run('create-report', place.destination, join(place.home, 'report.zip'));
  assert.equal(none.code, 100);
  assert.equal(place.backup(`--run-script-after=${place.script('s.sh', 'echo LOG:WARN letter')}`).code, 0);
  assert.equal(place.run('vacuum', place.destination).code, 0);
  const report = join(place.home, 'report.zip');
  const made = place.run('create-report', place.destination, report);
  assert.equal(made.code, 0, made.err);
  const again = place.run('create-report', place.destination, report);
  assert.match(again.err, /ErrorID: report-exists/);
  assert.ok(existsSync(report));
  assert.ok(!existsSync(`${report}.database`));
  assert.equal(place.run('create-report').code, 100, 'no database is named');
});

test('ashlar restore --control-files brings back what was stored with the newest version', async (t) => {
  const place = await makePlace(t);
  const settings = join(place.home, 'settings.json');
  writeFileSync(settings, '{}');
  assert.equal(place.backup(`--control-files=${settings}`, '--upload-verification-file').code, 0);
  assert.ok(existsSync(join(place.destination, 'duplicati-verification.json')));
  assert.match(place.run('list', place.destination, '--control-files').out, /^settings\.json \(2 bytes\)$/m);
  const target = join(place.home, 'target');
  const argv = ['restore', place.destination, '--control-files'];
  assert.equal(place.run(...argv).code, 200);
  assert.equal(place.run(...argv, `--restore-path=${target}`).code, 0);
  assert.equal(readFileSync(join(target, 'settings.json'), 'utf8'), '{}');
  assert.match(place.run(...argv, `--restore-path=${target}`).err, /control-file-unwritable/);
});

test('ashlar backup --changed-files looks at nothing else, and --deleted-files leaves paths out', async (t) => {
  const place = await makePlace(t);
  const path = (name: string) => join(place.source, name);
  for (const name of ['a', 'b', 'c']) writeFileSync(path(name), 'old');
  assert.equal(place.backup().code, 0);
  for (const name of ['a', 'b', 'new']) writeFileSync(path(name), 'newer');
  const run = place.backup(`--changed-files=${path('a')}:${path('new')}`, `--deleted-files=${path('c')}`);
  assert.equal(run.code, 0, run.err);
  const target = join(place.home, 'target');
  const restored = place.run('restore', place.destination, `--restore-path=${target}`);
  assert.equal(restored.code, 0, restored.err);
  const held = readdirSync(target).sort();
  assert.deepEqual(held, ['a', 'b', 'letter.txt', 'new']);
  assert.equal(readFileSync(join(target, 'a'), 'utf8'), 'newer');
  assert.equal(readFileSync(join(target, 'b'), 'utf8'), 'old');
});

test('ashlar delete --soft-delete-prefix keeps files under another name; --quota-size warns', async (t) => {
  const place = await makePlace(t);
  assert.equal(place.backup().code, 0);
  writeFileSync(join(place.source, 'more'), 'x'.repeat(2000));
  const near = place.backup('--quota-size=3kb');
  assert.equal(near.code, 3, near.err);
  assert.match(near.err, /--quota-size leaves no room/);
  for (const [index, option] of ['--prevent-backend-rename=false', '--prevent-backend-rename'].entries()) {
    writeFileSync(join(place.source, 'more'), `version ${index}`);
    assert.equal(place.backup().code, 0);
    const run = place.run('delete', place.destination, '--version=1', '--soft-delete-prefix=gone_', option);
    assert.equal(run.code, 0, run.err);
    assert.equal(
      readdirSync(place.destination).filter((name) => /^gone_.*dlist/.test(name)).length,
      index + 1,
    );
  }
});

test('ashlar restore --restore-all-files gives each version a folder, Unique without what is there already', async (t) => {
  const place = await makePlace(t);
  assert.equal(place.backup().code, 0);
  writeFileSync(join(place.source, 'second'), 'two');
  assert.equal(place.backup().code, 0);
  const restore = (target: string, option: string) => {
    const run = place.run('restore', place.destination, `--restore-path=${join(place.home, target)}`, option);
    assert.equal(run.code, 0, run.err);
    const folders = readdirSync(join(place.home, target)).sort();
    for (const folder of folders) assert.match(folder, /^\d{8}-\d{6}$/);
    return folders.map((folder) => readdirSync(join(place.home, target, folder)).sort());
  };
  assert.deepEqual(restore('all', '--restore-all-files'), [['letter.txt'], ['letter.txt', 'second']]);
  assert.deepEqual(restore('unique', '--restore-all-files=Unique'), [['letter.txt'], ['second']]);
});
