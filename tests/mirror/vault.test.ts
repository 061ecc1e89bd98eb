import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loginWords, missingForPulls, startServerFor } from '../support/pull-bench.ts';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const skip = missingForPulls();

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

test('a vault made by `pull` restores byte for byte under the paths of the server, and shares blocks among servers', {
  skip,
}, async (t) => {
  const home = await temporaryFolder(t);
  const [disk, vault, parameters] = ['disk', 'vault', 'parameters'].map((name) => join(home, name));
  mkdirSync(disk ?? '');
  writeFileSync(parameters ?? '', '--passphrase=only for tests\n');
  const ashlar = (...words: string[]) => {
    const run = runAshlar(home, words);
    assert.ok(run.code === 0 || run.code === 2, `${words.join(' ')}: ${run.code} ${run.err} ${run.out}`);
    return run;
  };
  ashlar('destination', 'add', 'disk', `path=${disk}`);
  const servers = [await startServerFor(t), await startServerFor(t)];
  const same = randomBytes(3_000_000);
  for (const [index, server] of servers.entries()) {
    mkdirSync(join(server.dataFolder, 'etc'));
    writeFileSync(join(server.dataFolder, 'etc/same'), same);
    writeFileSync(join(server.dataFolder, 'etc/own'), `of server ${index}`);
    const fields = [
      'mode=vault',
      `vault=${vault}`,
      `vault-path=/server-${index}`,
      `vault-parameters-file=${parameters}`,
    ];
    ashlar('source', 'add', `server-${index}`, ...loginWords(server), ...fields);
  }
  ashlar('pull', 'server-0');
  const before = sizeOf(vault ?? '');
  assert.ok(before > same.length);
  ashlar('pull', 'server-1');
  assert.ok(sizeOf(vault ?? '') < before * 1.1, 'the same data were stored twice');
  writeFileSync(join(servers[0]?.dataFolder ?? '', 'etc/own'), 'changed');
  ashlar('pull', 'server-0');
  assert.equal(readdirSync(join(disk ?? '', 'server-0')).length, 1);
  const out = join(home, 'out');
  ashlar(
    'restore',
    vault ?? '',
    '--passphrase=only for tests',
    `--restore-path=${out}`,
    '--restore-permissions',
  );
  for (const [index, server] of servers.entries()) {
    const restored = join(out, `server-${index}`, server.dataFolder);
    const differences = execFileSync(
      'rsync',
      ['-an', '--checksum', '--delete', '--itemize-changes', `${server.dataFolder}/`, `${restored}/`],
      { encoding: 'utf8' },
    );
    assert.equal(differences, '');
  }
});
