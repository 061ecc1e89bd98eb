import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import test from 'node:test';
import { createAesCryptDecryptor } from '../../src/crypto/index.ts';
import { createGpg } from '../../src/openpgp/index.ts';
import { findFixture } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const START_OF_ZIP = 'PK\u0003\u0004';
const hasGpg = spawnSync('gpg', ['--version']).status === 0;

function readPassphrase(fixture: string): string {
  const facts: unknown = JSON.parse(readFileSync(`${fixture}/case.json`, 'utf8'));
  assert.ok(typeof facts === 'object' && facts !== null && 'passphrase' in facts);
  assert.ok(typeof facts.passphrase === 'string');
  return facts.passphrase;
}

function volumePaths(fixture: string, extension: string): string[] {
  const names = readdirSync(`${fixture}/destination`).filter((name) => name.endsWith(extension));
  return names.map((name) => `${fixture}/destination/${name}`);
}

for (const name of ['default', 'aes-v3']) {
  test(`createAesCryptDecryptor() opens every volume that Duplicati wrote for '${name}'`, (t) => {
    const fixture = findFixture(name);
    if (fixture === undefined) return t.skip(`NO FIXTURES: ${name} is missing, nothing was decrypted`);
    const passphrase = readPassphrase(fixture);
    const paths = volumePaths(fixture, '.aes');
    for (const path of paths) {
      const decryptor = createAesCryptDecryptor({ passphrase });
      const start = Buffer.from(decryptor.update(readFileSync(path))).toString('latin1', 0, 4);
      decryptor.final();
      assert.equal(start, START_OF_ZIP, path);
    }
    assert.ok(paths.length > 2);
  });
}

test("decryptFile() opens every volume that Duplicati wrote for 'gpg'", async (t) => {
  const fixture = findFixture('gpg');
  if (fixture === undefined) return t.skip('NO FIXTURES: gpg is missing, nothing was decrypted');
  if (!hasGpg) return t.skip('NO GPG: the program gpg is not installed, nothing was decrypted');
  const folder = await temporaryFolder(t);
  mkdirSync(`${folder}/home`, { mode: 0o700 });
  const gpg = createGpg({
    passphrase: readPassphrase(fixture),
    decryptionSwitches: `--homedir "${folder}/home" --no-autostart`,
  });
  const paths = volumePaths(fixture, '.gpg');
  for (const [index, path] of paths.entries()) {
    await gpg.decryptFile(path, `${folder}/${index}`, {});
    assert.equal(readStart(`${folder}/${index}`), START_OF_ZIP, path);
  }
  assert.ok(paths.length > 2);
});

function readStart(path: string): string {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(4);
  readSync(file, bytes);
  closeSync(file);
  return bytes.toString('latin1');
}
