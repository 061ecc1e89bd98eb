import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { attempting } from './file-errors.ts';

const RULES: readonly [systemCode: string, code: string][] = [
  ['EACCES', 'destination-refused'],
  ['EPERM', 'destination-refused'],
  ['EROFS', 'destination-refused'],
  ['ENOSPC', 'destination-full'],
  ['EDQUOT', 'destination-full'],
  ['EFBIG', 'destination-refused'],
  ['ENAMETOOLONG', 'destination-refused'],
  ['EIO', 'destination-unreachable'],
  ['ESTALE', 'destination-unreachable'],
  ['EMFILE', 'destination-unreachable'],
  ['EEXIST', 'destination-file-exists'],
];

for (const [systemCode, code] of RULES) {
  test(`attempting() turns ${systemCode} into ${code}`, async () => {
    const cause = Object.assign(new Error(systemCode), { code: systemCode, syscall: 'write' });
    const attempt = { folder: tmpdir(), action: "store 'x'" };
    await assert.rejects(
      attempting(attempt, () => Promise.reject(cause)),
      { code, cause },
    );
  });
}

test('attempting() takes ENOENT for a missing file only where a file is sought in a folder that is there', async () => {
  const cause = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' });
  const codeOf = async (folder: string, seeksFile: boolean): Promise<unknown> =>
    attempting({ folder, action: 'x', seeksFile }, () => Promise.reject(cause)).catch((error) => error.code);
  assert.equal(await codeOf(tmpdir(), true), 'destination-file-missing');
  assert.equal(await codeOf(tmpdir(), false), 'destination-unreachable');
  assert.equal(await codeOf('/nowhere/at/all', true), 'destination-folder-missing');
});

test('attempting() passes on what is no system error', async () => {
  const reason = new Error('aborted');
  await assert.rejects(
    attempting({ folder: '/', action: 'x' }, () => Promise.reject(reason)),
    reason,
  );
});
