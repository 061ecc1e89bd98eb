import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { promisify } from 'node:util';
import { FakeGraph } from '../../support/servers/fake-graph.ts';
import { AUTHID } from '../../support/servers/fake-login.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('a backup to a cloud drive is made, tested and restored by the command line, although its token ends in between', async (t) => {
  const fake = await FakeGraph.start();
  t.after(() => fake.service.stop());
  const home = await temporaryFolder(t);
  const source = join(ROOT, 'docs', 'decisions');
  const options = new URLSearchParams({
    'api-endpoint': fake.service.url,
    'oauth-url': `${fake.service.url}/login/refresh`,
  });
  const url = `onedrivev2://new/folder?${options}`;
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    PASSPHRASE: 'secret words',
    ASHLAR_AUTHID: AUTHID,
  };
  const ashlar = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'ashlar.js'), ...args], { env: environment });
  await ashlar('backup', url, source);
  fake.login.expire();
  await ashlar('test', url, 'all');
  const out = join(home, 'out');
  await ashlar('restore', url, `--restore-path=${out}`);
  for (const name of await readdir(source))
    assert.deepEqual(await readFile(join(out, name)), await readFile(join(source, name)));
  assert.deepEqual(fake.service.violations, []);
  assert.ok([...fake.items.keys()].every((path) => path.startsWith('/new')));
});
