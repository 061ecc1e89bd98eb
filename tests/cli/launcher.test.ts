/** `bin/ashlar.js` as a process: exit codes and signals go through it, and nothing is left behind when it is killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'ashlar.js');
const OLDER_NODES = ['/usr/bin/node', '/usr/local/bin/node'];

/** A Node before 24, which has to start a newer one. */
function findOlderNode(): string | undefined {
  return OLDER_NODES.find((path) => existsSync(path) && path !== process.execPath);
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

test('bin/ashlar.js prints the version of the package', async () => {
  const child = spawn(process.execPath, [launcher, '--version']);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.equal(await output(child), `${version}\n`);
  assert.equal(child.exitCode, 0);
});

test('bin/ashlar.js passes the exit code of the newer Node on', async (t) => {
  const node = findOlderNode();
  if (node === undefined) return t.skip('NO OLDER NODE on this machine: restarting was not tried');
  const child = spawn(node, [launcher, 'no-such-command']);
  await output(child);
  assert.equal(child.exitCode, 200);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
  test(`bin/ashlar.js ends what it started when it gets ${signal}`, async (t) => {
    const node = findOlderNode();
    if (node === undefined) return t.skip('NO OLDER NODE on this machine: restarting was not tried');
    const child = spawn(node, ['--import', keepRunning(), launcher, 'version'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    assert.ok(child.stdout !== null);
    await once(child.stdout, 'data');
    child.kill(signal);
    // Both processes hold the pipe, so it closes when both have ended.
    await once(child, 'close');
    assert.equal(child.signalCode, signal);
  });
}

test('bin/ashlar.js keeps compiled code in a folder of its own, and in none that others may write to', async (t) => {
  const user = process.getuid?.();
  if (user === undefined) return t.skip('NO USER NUMBERS on this system');
  for (const { mode, isUsed } of [
    { mode: undefined, isUsed: true },
    { mode: 0o700, isUsed: true },
    { mode: 0o777, isUsed: false },
  ]) {
    const temporary = await temporaryFolder(t);
    const folder = join(temporary, `ashlar-compiled-${user}`);
    if (mode !== undefined) {
      mkdirSync(folder);
      chmodSync(folder, mode);
    }
    const child = spawn(process.execPath, [launcher, 'version'], { env: { TMPDIR: temporary } });
    await output(child);
    assert.equal(child.exitCode, 0);
    assert.equal(readdirSync(folder).length > 0, isUsed, `mode ${mode?.toString(8) ?? 'not there before'}`);
    assert.equal(statSync(folder).mode & 0o777, mode ?? 0o700);
  }
});

/** A module that keeps the newer Node running after its work, until a signal or the end of its launcher. */
function keepRunning(): string {
  const code = `
    if (Number(process.versions.node.split('.')[0]) >= 24) {
      const timer = setInterval(() => {}, 1000);
      const { disconnect } = process;
      process.disconnect = () => { process.disconnect = disconnect; };
      process.once('disconnect', () => clearInterval(timer));
    }`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
