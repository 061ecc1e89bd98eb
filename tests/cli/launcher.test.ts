/** `bin/ashlar.js` as a process: exit codes and signals go through it, and nothing is left behind when it is killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';

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
