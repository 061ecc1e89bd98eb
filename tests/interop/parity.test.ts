import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { fixtureCase } from '../support/fixture-cases.ts';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectedRows, restoredRows } from '../support/tree-rows.ts';

const DAMAGED_BYTES = 3000;

test('restore mends a damaged dblock and a damaged file list with parity data made by Duplicati', async (t) => {
  const fixture = fixtureCase('parity');
  if (fixture === undefined) return t.skip('NO FIXTURES: nothing was restored');
  if (spawnSync('par2', ['-V']).error !== undefined) return t.skip('par2 is not installed');
  if (process.geteuid?.() !== 0) return t.skip('owners are restored by root only');
  const home = await temporaryFolder(t);
  const destination = join(home, 'destination');
  cpSync(fixture.destination, destination, { recursive: true });
  chmodSync(destination, 0o700);
  const names = readdirSync(destination).filter((name) => name.endsWith('.aes') && !name.includes('dindex'));
  assert.equal(names.length, 4);
  for (const name of names) {
    const path = join(destination, name);
    const bytes = readFileSync(path);
    const start = Math.floor(bytes.length / 2);
    bytes.fill(0, start, start + Math.min(DAMAGED_BYTES, Math.floor(bytes.length / 50)));
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
  }
  const target = join(home, 'target');
  const given = [`--passphrase=${fixture.passphrase}`, `--restore-path=${target}`, '--restore-permissions'];
  const { code, err, out } = runAshlar(home, ['restore', destination, ...given, '--no-local-db']);
  assert.match(out + err, /made whole with its parity data/);
  assert.equal(code, 2, err);
  assert.deepEqual(restoredRows(fixture, target), expectedRows(fixture, 0));
});
