/** Dumps of real databases, streamed into a backup, restored and loaded again. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
const ROWS = 50_000;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-dumps-'));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Backs the output of a command up, restores it, and gives the path of the restored dump. */
function throughBackup(folder: string, command: string): string {
  const destination = join(folder, 'destination');
  const target = join(folder, 'restored');
  const run = (...argv: string[]) => {
    const { code, err } = runAshlar(folder, argv, { PASSPHRASE: 'p' });
    assert.equal(code, 0, err);
  };
  run('backup', destination, '--stdin-filename=dump.sql', `--stdin-command=${command}`);
  run('restore', destination, `--restore-path=${target}`);
  return join(target, 'dump.sql');
}

function ask(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

test('backup --stdin-command of pg_dump restores a dump that PostgreSQL loads', async (t) => {
  const server = await startPostgres(t);
  if (server === undefined) return;
  const { folder, connection } = server;
  const fill = `CREATE TABLE things AS SELECT i AS id, md5(i::text) AS text, now() - i * interval '1 s' AS at FROM generate_series(1, ${ROWS}) i; CREATE INDEX ON things (text);`;
  ask('createdb', [...connection, 'original']);
  ask('psql', [...connection, '-q', '-d', 'original', '-c', fill]);
  const dump = throughBackup(folder, `pg_dump ${connection.join(' ')} original`);
  ask('createdb', [...connection, 'copy']);
  ask('psql', [...connection, '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'copy', '-f', dump]);
  const sum = (database: string) =>
    ask('psql', [
      ...connection,
      '-At',
      '-d',
      database,
      '-c',
      'SELECT count(*), md5(string_agg(things::text, $$|$$ ORDER BY id)) FROM things',
    ]);
  assert.equal(sum('copy'), sum('original'));
  assert.ok(sum('copy').startsWith(`${ROWS}|`));
  const missing = runAshlar(
    folder,
    ['backup', join(folder, 'destination'), `--stdin-command=pg_dump ${connection.join(' ')} nothing`],
    { PASSPHRASE: 'p' },
  );
  assert.deepEqual([missing.code, /source-command-failed/.test(missing.err)], [100, true]);
});

test('backup --stdin-command of sqlite3 restores a dump that SQLite loads', (t) => {
  if (spawnSync('sqlite3', ['--version']).status !== 0) return t.skip('NO SQLITE: sqlite3 is not installed');
  const folder = temporaryFolder(t);
  const [original, copy] = [join(folder, 'original.db'), join(folder, 'copy.db')];
  const fill = `CREATE TABLE things(id INTEGER PRIMARY KEY, text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS}) INSERT INTO things SELECT i, hex(i * 7919) FROM n;`;
  ask('sqlite3', [original, fill]);
  const dump = throughBackup(folder, `sqlite3 ${original} .dump`);
  ask('sqlite3', [copy, `.read ${dump}`]);
  const sum = (database: string) =>
    ask('sqlite3', [database, 'SELECT count(*), sum(id), max(text) FROM things']);
  assert.equal(sum(copy), sum(original));
});

/** A server of the test's own, reached through a socket in its folder, or `undefined` after skipping the test. */
async function startPostgres(
  t: TestContext,
): Promise<{ readonly folder: string; readonly connection: readonly string[] } | undefined> {
  for (const program of ['initdb', 'postgres', 'pg_dump', 'psql'])
    if (spawnSync(program, ['--version']).status !== 0) {
      t.skip(`NO POSTGRESQL: ${program} is not installed`);
      return undefined;
    }
  const folder = temporaryFolder(t);
  const [data, socket] = [join(folder, 'data'), join(folder, 'socket')];
  for (const path of [data, socket]) {
    mkdirSync(path, { mode: 0o700 });
    if (isRoot) chownSync(path, NOBODY, NOBODY);
  }
  const start = (command: readonly string[]): ChildProcess => {
    const become = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    const [program = '', ...args] = [...become, ...command];
    return spawn(program, args, { cwd: socket, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const made = start(['initdb', '-D', data, '-U', 'keeper', '--auth=trust', '--no-sync', '-E', 'UTF8']);
  made.stderr?.resume();
  const [code] = await once(made, 'exit');
  if (code !== 0) {
    t.skip(`NO POSTGRESQL: initdb ended with ${code}`);
    return undefined;
  }
  const server = start(['postgres', '-D', data, '-k', socket, '-c', 'listen_addresses=', '-c', 'fsync=off']);
  t.after(async () => {
    server.kill('SIGQUIT');
    await once(server, 'exit');
  });
  let said = '';
  for await (const piece of server.stderr ?? []) {
    said += piece;
    if (said.includes('ready to accept connections')) break;
  }
  assert.ok(existsSync(join(socket, '.s.PGSQL.5432')), said);
  return { folder, connection: ['-h', socket, '-U', 'keeper'] };
}
