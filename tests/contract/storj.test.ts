import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Destination, openDestination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testDestinationContract } from './destination-contract.ts';

const API_KEY = 'storj-api-key';
const SECRET = 'a passphrase = with signs';

/**
 * An rclone that takes a folder of this machine for Storj, if its configuration is what Storj needs, and
 * nothing secret is among its arguments.
 */
async function fakeRclone(root: string, expected: readonly string[]): Promise<string> {
  const checks = expected.map(
    (line) => `grep -qxF "${line}" "$config" || { echo "not: ${line}" >&2; exit 1; }`,
  );
  const lines = [
    '#!/bin/sh',
    `case "$*" in *${API_KEY}*|*passphrase*) echo secret among the arguments >&2; exit 1;; esac`,
    'previous=; for argument; do [ "$previous" = --config ] && config=$argument; previous=$argument; done',
    '[ "$(stat -c %a "$config")" = 600 ] || { echo readable by others >&2; exit 1; }',
    ...checks,
    `printf '[storj]\\ntype = alias\\nremote = ${join(root, 'far')}\\n' > "$config"`,
    'exec rclone "$@"',
  ];
  const path = join(root, 'rclone');
  await writeFile(path, lines.join('\n'), { mode: 0o755 });
  return path;
}

function open(
  executable: string,
  root: string,
  settings: Readonly<Record<string, string>>,
): Promise<Destination> {
  return openDestination('storj://ignored', {
    settings: { 'rclone-executable': executable, tempdir: root, 'storj-folder': '/back up/', ...settings },
  });
}

const KEY = { 'storj-api-key': API_KEY, 'storj-secret': SECRET };
const KEY_LINES = [
  '[storj]',
  'type = storj',
  'satellite_address = us1.storj.io:7777',
  `api_key = ${API_KEY}`,
  `passphrase = ${SECRET}`,
];

async function started(
  t: TestContext,
  expected: readonly string[],
): Promise<{ root: string; program: string }> {
  const root = await temporaryFolder(t);
  await mkdir(join(root, 'far', 'duplicati', 'back up'), { recursive: true });
  return { root, program: await fakeRclone(root, expected) };
}

if (hasProgram('rclone')) {
  testDestinationContract('Storj', async (t) => {
    const { root, program } = await started(t, KEY_LINES);
    return {
      open: () => open(program, root, KEY),
      // The local folder in Storj's place, as written by rclone.
      keepsUploadsApart: false,
      removeFolder: () => rm(join(root, 'far', 'duplicati', 'back up'), { recursive: true }),
      moreThanAPage: 20,
    };
  });

  test('Storj: an access grant, with line ends that were copied along', async (t) => {
    const { root, program } = await started(t, ['[storj]', 'type = storj', 'access_grant = 1abc2def']);
    const grant = { 'storj-auth-method': 'access grant', 'storj-shared-access': '1abc\r\n2def\n' };
    await using destination = await open(program, root, grant);
    assert.deepEqual(await collect(destination.list()), []);
  });

  test('Storj: an rclone without Storj says where there is another one', async (t) => {
    const settings = { ...KEY, 'storj-satellite': '127.0.0.1:1' };
    await using destination = await open('rclone', await temporaryFolder(t), settings);
    const outcome = await collect(destination.list()).catch((error: unknown) => error);
    // One that has it finds no such project.
    if (outcome instanceof Error && !/didn't find backend/.test(outcome.message)) return;
    await assert.rejects(collect(destination.list()), { code: 'destination-refused', hint: /rclone\.org/ });
  });
} else {
  test('Storj', (t) => t.skip('rclone is not installed'));
}

test('Storj: what is missing is asked for', async () => {
  await assert.rejects(openDestination('storj://x'), {
    code: 'destination-incomplete',
    message: /--storj-api-key/,
  });
  const settings = { 'storj-auth-method': 'Access grant' };
  await assert.rejects(openDestination('storj://x', { settings }), {
    code: 'destination-incomplete',
    message: /--storj-shared-access/,
  });
});
