import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'correct-horse-battery';

/** A home with one small source, and a file of secrets. */
async function prepare(t: TestContext) {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  const destination = join(home, 'destination');
  const file = join(home, 'secrets.json');
  mkdirSync(source);
  writeFileSync(join(source, 'a'), 'content');
  writeFileSync(
    file,
    JSON.stringify({ pw: SECRET, folder: destination, empty: '', size: '2mb', wait: '5m' }),
  );
  return { home, source, destination, file, provider: `--secret-provider=file-secret://${file}` };
}

function assertSuccess(run: AshlarRun): void {
  assert.equal(run.code, 0, run.out + run.err);
}

test('backup takes options and the destination from a secret provider, and writes no secret anywhere', async (t) => {
  const { home, source, destination, provider } = await prepare(t);
  const log = join(home, 'log');
  const run = runAshlar(home, [
    'backup',
    '$folder',
    source,
    provider,
    '--passphrase=$pw',
    '--dblock-size=$size',
    `--log-file=${log}`,
    '--log-file-log-level=profiling',
    '--console-log-level=profiling',
  ]);
  assertSuccess(run);
  assert.ok(!run.out.includes(SECRET) && !run.err.includes(SECRET));
  assert.ok(!readFileSync(log, 'utf8').includes(SECRET));
  const data = join(home, '.local');
  const kept = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name));
  for (const path of kept.filter((name) => statSync(name).isFile()))
    assert.ok(!readFileSync(path).includes(SECRET), path);
  assertSuccess(runAshlar(home, ['list', destination], { PASSPHRASE: SECRET }));
  assert.equal(runAshlar(home, ['test', destination, '--no-local-db'], { PASSPHRASE: '$pw' }).code, 100);
});

test('secrets stand in the environment, in a parameters file and in the query of a URL', async (t) => {
  const { home, source, destination, provider, file } = await prepare(t);
  const url = `file://${destination}?list-timeout=%24wait`;
  assertSuccess(runAshlar(home, ['backup', url, source, provider, '--passphrase=$pw']));
  assert.match(runAshlar(home, ['list', url], { PASSPHRASE: SECRET }).err, /list-timeout/);
  const variables = { PASSPHRASE: '$pw', ADDRESS: `file-secret://${file}` };
  assertSuccess(runAshlar(home, ['list', destination, '--secret-provider=$ADDRESS'], variables));
  assertSuccess(
    runAshlar(home, ['list', destination], {
      DUPLICATI__PASSPHRASE: '$pw',
      ASHLAR_SECRET_PROVIDER: '%ADDRESS%',
      ADDRESS: variables.ADDRESS,
    }),
  );
  const parameters = join(home, 'parameters');
  writeFileSync(
    parameters,
    `${provider}\n--secret-provider-pattern=#{}\n--passphrase=#{pw}\n--target=#{folder}\n`,
  );
  assertSuccess(runAshlar(home, ['list', `--parameters-file=${parameters}`, 'unused']));
});

test('a secret that is missing or empty fails the run before anything is done', async (t) => {
  const { home, source, destination, provider } = await prepare(t);
  for (const name of ['none', 'empty']) {
    const run = runAshlar(home, ['backup', destination, source, provider, `--passphrase=$${name}`]);
    assert.equal(run.code, 100);
    assert.match(run.err, /ErrorID: secret-missing/);
    assert.match(run.err, new RegExp(`'${name}'`));
  }
  assert.ok(!readdirSync(home).includes('destination'));
});

test('a value that only begins like a name is taken as it stands, and its option is told', async (t) => {
  const { home, source, destination, provider } = await prepare(t);
  const run = runAshlar(home, [
    'backup',
    destination,
    source,
    provider,
    '--passphrase=$my pass word',
    '--console-log-level=information',
  ]);
  assertSuccess(run);
  assert.match(run.out + run.err, /--passphrase begins as the name of a secret/);
  assert.ok(!run.out.includes('my pass word') && !run.err.includes('my pass word'));
  assertSuccess(runAshlar(home, ['list', destination], { PASSPHRASE: '$my pass word' }));
});

test('--secret-provider-cache=Persistent serves when the provider cannot be asked, for the same address only', async (t) => {
  const { home, source, destination, file } = await prepare(t);
  const backup = (address: string, ...more: string[]) =>
    runAshlar(home, [
      'backup',
      destination,
      source,
      `--secret-provider=${address}`,
      '--passphrase=$pw',
      ...more,
    ]);
  const kept = '--secret-provider-cache=Persistent';
  assertSuccess(backup(`file-secret://${file}`, kept));
  const [cache = ''] = readdirSync(home).filter((name) => name.startsWith('ashlar-secrets-'));
  assert.ok(!readFileSync(join(home, cache)).includes(SECRET));
  rmSync(file);
  const run = backup(`file-secret://${file}`, kept);
  assert.equal(run.code, 2, run.err);
  assert.match(run.err, /values of an earlier run are used/);
  assert.equal(backup(`file-secret://${file}`).code, 100);
  assert.equal(backup(`file-secret://${file}?x=y`, kept).code, 100);
});

test('a script may change an option to the name of a secret', async (t) => {
  const { home, source, destination, provider } = await prepare(t);
  const script = join(home, 'before');
  writeFileSync(script, "#!/bin/sh\necho '--passphrase=$pw'\n");
  chmodSync(script, 0o755);
  const log = join(home, 'log');
  assertSuccess(
    runAshlar(home, [
      'backup',
      destination,
      source,
      provider,
      `--run-script-before=${script}`,
      `--log-file=${log}`,
    ]),
  );
  assertSuccess(runAshlar(home, ['list', destination], { PASSPHRASE: SECRET }));
});

test('secret set, test and info tell names, never values', async (t) => {
  const home = await temporaryFolder(t);
  const address = `file-secret://${join(home, 's.aes')}?passphrase=key`;
  assertSuccess(runAshlar(home, ['secret', 'set', address, 'one'], {}, `${SECRET}\n`));
  const again = runAshlar(home, ['secret', 'set', address, 'one'], {}, 'other\n');
  assert.match(again.err, /secret-exists/);
  assertSuccess(runAshlar(home, ['secret', 'set', address, 'one', '--overwrite'], {}, 'other\n'));
  const run = runAshlar(home, ['secret', 'test', address, 'one', 'two', '--json']);
  assert.equal(run.code, 3);
  assert.deepEqual(JSON.parse(run.out).secrets, [
    { name: 'one', isFound: true },
    { name: 'two', isFound: false },
  ]);
  assert.match(runAshlar(home, ['secret', 'info']).out, /azkv:\/\//);
  assert.match(runAshlar(home, ['secret', 'set', 'env://', 'a'], {}, 'b\n').err, /secret-not-storable/);
  assert.match(runAshlar(home, ['secret', 'test', 'wincred://', 'a']).err, /Windows/);
});

test('pass:// reads and stores entries of a real password store', { timeout: 120_000 }, async (t) => {
  if (spawnSync('pass', ['version']).error !== undefined) return t.skip('the program pass is not installed');
  const { home, source, destination } = await prepare(t);
  const environment = { GNUPGHOME: join(home, 'g'), PASSWORD_STORE_DIR: join(home, 'store') };
  mkdirSync(environment.GNUPGHOME, { mode: 0o700 });
  const options = { env: { ...process.env, ...environment, HOME: home }, encoding: 'utf8' } as const;
  t.after(() => spawnSync('gpgconf', ['--kill', 'all'], options));
  const key = [
    '--batch',
    '--passphrase',
    '',
    '--quick-generate-key',
    'a@example.org',
    'rsa2048',
    'encr',
    'never',
  ];
  assert.equal(spawnSync('gpg', key, options).status, 0);
  assert.equal(spawnSync('pass', ['init', 'a@example.org'], options).status, 0);
  assertSuccess(runAshlar(home, ['secret', 'set', 'pass://', 'backup/web'], environment, `${SECRET}\n`));
  assert.equal(spawnSync('pass', ['show', 'backup/web'], options).stdout, `${SECRET}\n`);
  assertSuccess(
    runAshlar(
      home,
      ['backup', destination, source, '--secret-provider=pass://', '--passphrase=$backup/web'],
      environment,
    ),
  );
  assertSuccess(runAshlar(home, ['list', destination], { PASSPHRASE: SECRET }));
  const run = runAshlar(
    home,
    ['secret', 'test', 'pass://', 'backup/web', 'none', '--help-me-not'],
    environment,
  );
  assert.equal(run.code, 200, run.err);
  assert.match(
    runAshlar(home, ['secret', 'test', 'pass://', 'backup/web', 'none'], environment).out,
    /web: found\nnone: not found/,
  );
  assert.match(
    runAshlar(home, ['secret', 'test', 'pass://?pass-command=/nowhere/pass', 'a']).err,
    /secret-provider-unreachable/,
  );
});

test('libsecret:// asks secret-tool by attributes, and gives it secrets by its input only', async (t) => {
  const { home, source, destination } = await prepare(t);
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const tool = join(bin, 'secret-tool');
  // As libsecret's own program behaves: a lookup that finds nothing ends with 1 and says nothing.
  writeFileSync(
    tool,
    `#!/bin/sh\necho "$*" >>${home}/calls\ncase "$1 $5" in\n'lookup pw') printf '%s' ${SECRET};;\nlookup*) exit 1;;\nstore*) cat >${home}/stored;;\nesac\n`,
  );
  chmodSync(tool, 0o755);
  const environment = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  assertSuccess(
    runAshlar(
      home,
      ['backup', destination, source, '--secret-provider=libsecret://?service=mine', '--passphrase=$pw'],
      environment,
    ),
  );
  assertSuccess(runAshlar(home, ['list', destination], { PASSPHRASE: SECRET }));
  assertSuccess(runAshlar(home, ['secret', 'set', 'libsecret://', 'new'], environment, `${SECRET}\n`));
  assert.equal(readFileSync(join(home, 'stored'), 'utf8'), SECRET);
  const calls = readFileSync(join(home, 'calls'), 'utf8');
  assert.match(calls, /^lookup service mine key pw$/m);
  assert.ok(!calls.includes(SECRET));
});
