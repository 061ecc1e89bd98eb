/** What a user is told where rclone, its configuration or its remote are not as they have to be. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  DestinationError,
  type DestinationErrorCode,
  openDestination,
} from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource } from '../support/memory-source.ts';
import { startRcloneSftp } from '../support/servers/rclone-sftp.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { mountSmallDisk, remountReadOnly } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Told {
  readonly code: DestinationErrorCode;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const REMOTES = `[far]
type = memory
[odd]
type = no-such-kind
`;
const DISK_BYTES = 2 * 1024 * 1024;

const options = { skip: hasProgram('rclone') ? false : 'rclone is not installed' };

const REFUSED: Readonly<
  Record<string, [url: string, settings: Readonly<Record<string, string>>, told: Omit<Told, 'code'>]>
> = {
  'a remote that is not configured': [
    'rclone://near/x',
    {},
    { message: /'near:x'.*didn't find section/, hint: /rclone listremotes.*--rclone-config/ },
  ],
  'a kind of storage that rclone lacks': [
    'rclone://odd/x',
    {},
    { message: /"no-such-kind"/, hint: /built without/ },
  ],
  'a missing program': [
    'rclone://far/x',
    { 'rclone-executable': '/no/such/rclone' },
    { message: /'\/no\/such\/rclone': there is no such program\.$/, hint: /Install rclone/ },
  ],
  'a program that may not be run': [
    'rclone://far/x',
    { 'rclone-executable': '/' },
    { message: /'\/': it is no program/, hint: /--rclone-executable/ },
  ],
  'another program': [
    'rclone://far/x',
    { 'rclone-executable': 'true' },
    { message: /'true': it ended without a word\.$/, hint: /--rclone-executable/ },
  ],
  'an argument that rclone does not know': [
    'rclone://far/x',
    { 'rclone-option': '--no-such-flag' },
    { message: /'rclone': unknown flag: --no-such-flag\.$/, hint: /--rclone-option/ },
  ],
};

for (const [what, [url, settings, told]] of Object.entries(REFUSED)) {
  test(`rclone: ${what} is refused with a message of one sentence and a hint`, options, async (t) => {
    const config = writeRemotes(await temporaryFolder(t), REMOTES);
    await checkListing(
      url,
      { 'rclone-config': config, ...settings },
      { code: 'destination-refused', ...told },
    );
  });
}

test(
  'rclone: a configuration that it cannot read is refused with a hint about its password',
  options,
  async (t) => {
    const config = writeRemotes(await temporaryFolder(t), '\nRCLONE_ENCRYPT_V0:\nAAAA\n');
    await checkListing(
      'rclone://far/x',
      { 'rclone-config': config },
      {
        code: 'destination-refused',
        message: /^rclone gave up: Failed to load config file .*too short\.$/,
        hint: /RCLONE_CONFIG_PASS/,
      },
    );
  },
);

test('rclone: a wrong password for the remote is refused, and not shown', options, async (t) => {
  const server = await startRcloneSftp();
  t.after(() => server.stop());
  const hidden = spawnSync('rclone', ['obscure', 'wrong-secret'], { encoding: 'utf8' }).stdout.trim();
  const remote = ['[far]', 'type = sftp', 'host = 127.0.0.1', `port = ${server.port}`];
  const login = [`user = ${server.user}`, `pass = ${hidden}`, ''];
  const config = writeRemotes(await temporaryFolder(t), [...remote, ...login].join('\n'));
  await checkListing(
    'rclone://far/x',
    { 'rclone-config': config },
    { code: 'destination-refused', message: /unable to authenticate/, hint: /does not take the login/ },
  );
});

test('rclone: a full disk and a read-only one are told apart', options, async (t) => {
  const disk = mountSmallDisk(t, DISK_BYTES);
  if (disk === undefined) return t.skip('this user may not mount a disk');
  const folder = join(disk, 'backup');
  mkdirSync(folder);
  const home = await temporaryFolder(t);
  const config = writeRemotes(home, `[far]\ntype = alias\nremote = ${disk}\n`);
  const settings = { 'rclone-config': config, tempdir: home };
  await using destination = await openDestination('rclone://far/backup', { settings });
  const { bavail, bsize } = statfsSync(disk);
  const large = memorySource(Buffer.alloc(bavail * bsize + 1));
  await assert.rejects(destination.put('large', large), (error) =>
    isTold(error, {
      code: 'destination-full',
      message: /^Cannot store 'large'.*(?:no space left on device|disk space)'\.$/,
      hint: /Free some space/,
    }),
  );
  assert.ok(remountReadOnly(disk));
  await assert.rejects(destination.put('small', memorySource(Buffer.from('x'))), (error) =>
    isTold(error, {
      code: 'destination-refused',
      message: /^Cannot store 'small'.*read-only file system'\.$/,
      hint: /folder/,
    }),
  );
});

function writeRemotes(folder: string, text: string): string {
  const path = join(folder, 'rclone.conf');
  writeFileSync(path, text);
  return path;
}

async function checkListing(
  url: string,
  settings: Readonly<Record<string, string>>,
  told: Told,
): Promise<void> {
  await using destination = await openDestination(url, { settings });
  await assert.rejects(collect(destination.list()), (error) => isTold(error, told));
}

function isTold(error: unknown, { code, message, hint }: Told): true {
  assert.ok(error instanceof DestinationError);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.doesNotMatch(error.message, /\n|wrong-secret/);
  assert.match(error.hint ?? '', hint);
  return true;
}
