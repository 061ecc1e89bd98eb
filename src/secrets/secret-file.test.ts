import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

function folder(t: test.TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'ashlar-secrets-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('readSecretFile() reads what writeSecretFile() wrote, which nobody else can', (t) => {
  const path = join(folder(t), 's.aes');
  const secrets = new Map([
    ['one', 'geheim'],
    ['zwei', 'ü\n"\\'],
  ]);
  writeSecretFile(path, 'key', secrets);
  assert.deepEqual(readSecretFile(path, 'key'), secrets);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path).includes('geheim'));
  assert.throws(() => readSecretFile(path, 'other'), { code: 'wrong-passphrase' });
  assert.throws(() => readSecretFile(path, undefined), { code: 'secret-provider-invalid' });
  assert.deepEqual(readdirSync(join(path, '..')), ['s.aes']);
});

test('readSecretFile() reads a plain file, with or without a byte order mark', (t) => {
  const path = join(folder(t), 's.json');
  writeFileSync(path, '\ufeff{"a": "x", "n": 5, "list": []}');
  assert.deepEqual(
    readSecretFile(path, undefined),
    new Map([
      ['a', 'x'],
      ['n', '5'],
    ]),
  );
  writeFileSync(path, '["a"]');
  assert.throws(() => readSecretFile(path, undefined), { code: 'secret-provider-invalid' });
});
