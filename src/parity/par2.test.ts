import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createPar2 } from './par2.ts';

const SIZE_BYTES = 60_000;

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-parity-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** False, and the test is skipped loudly, where there is no par2. */
function hasPar2(t: TestContext): boolean {
  const isThere = spawnSync('par2', ['-V']).error === undefined;
  if (!isThere) t.skip('par2 is not installed');
  return isThere;
}

async function protectedFile(folder: string) {
  const [path, parityPath] = [join(folder, 'file'), join(folder, 'parity')];
  const content = randomBytes(SIZE_BYTES);
  writeFileSync(path, content);
  const par2 = createPar2({ redundancyPercent: 5 });
  await par2.protect(path, parityPath, {});
  return { path, parityPath, content, par2, targetPath: join(folder, 'mended') };
}

test('Parity.mend() gives back the content of a file with a damaged place', async (t) => {
  if (!hasPar2(t)) return;
  const folder = newFolder(t);
  const { path, parityPath, targetPath, content, par2 } = await protectedFile(folder);
  assert.ok(statSync(parityPath).size < SIZE_BYTES / 2);
  const damaged = Buffer.from(content);
  damaged.fill(0, 5000, 8000);
  writeFileSync(path, damaged);
  assert.equal(await par2.mend({ damagedPath: path, parityPath, targetPath }, {}), true);
  assert.deepEqual(readFileSync(targetPath), content);
  assert.deepEqual(readFileSync(path), damaged);
  assert.deepEqual(readdirSync(folder).toSorted(), ['file', 'mended', 'parity']);
});

test('Parity.mend() gives back the end of a file that was cut off', async (t) => {
  if (!hasPar2(t)) return;
  const { path, parityPath, targetPath, content, par2 } = await protectedFile(newFolder(t));
  truncateSync(path, SIZE_BYTES - 1000);
  assert.equal(await par2.mend({ damagedPath: path, parityPath, targetPath }, {}), true);
  assert.deepEqual(readFileSync(targetPath), content);
});

test('Parity.mend() says no for a whole file, and for one that is beyond repair', async (t) => {
  if (!hasPar2(t)) return;
  const folder = newFolder(t);
  const { path, parityPath, targetPath, par2 } = await protectedFile(folder);
  assert.equal(await par2.mend({ damagedPath: path, parityPath, targetPath }, {}), false);
  writeFileSync(path, randomBytes(SIZE_BYTES));
  assert.equal(await par2.mend({ damagedPath: path, parityPath, targetPath }, {}), false);
  assert.deepEqual(readdirSync(folder).toSorted(), ['file', 'parity']);
});

test('Parity.mend() does not run par2 on parity data that name another file', async (t) => {
  const folder = newFolder(t);
  const [path, parityPath] = [join(folder, 'file'), join(folder, 'parity')];
  writeFileSync(path, 'content');
  const header = Buffer.alloc(48);
  header.writeBigUInt64LE(128n, 8);
  writeFileSync(
    parityPath,
    Buffer.concat([header, Buffer.from('PAR 2.0\0FileDesc'), Buffer.alloc(56), Buffer.from('../../x\0')]),
  );
  const par2 = createPar2({ programPath: '/nowhere/par2', redundancyPercent: 5 });
  assert.equal(
    await par2.mend({ damagedPath: path, parityPath, targetPath: join(folder, 'mended') }, {}),
    false,
  );
});

test('Parity.protect() says which program is missing', async (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const par2 = createPar2({ programPath: '/nowhere/par2', redundancyPercent: 5 });
  await assert.rejects(par2.protect(join(folder, 'file'), join(folder, 'parity'), {}), {
    code: 'parity-program-missing',
    details: { programPath: '/nowhere/par2', reason: 'ENOENT' },
  });
});

test('Parity.protect() fails with what par2 said', async (t) => {
  if (!hasPar2(t)) return;
  const folder = newFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const par2 = createPar2({ redundancyPercent: 5, extraOptions: '--no-such-option' });
  await assert.rejects(par2.protect(join(folder, 'file'), join(folder, 'parity'), {}), {
    code: 'parity-failed',
  });
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('Parity.protect() ends with the reason of an abort', async (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'file'), 'content');
  const reason = new Error('enough');
  const par2 = createPar2({ redundancyPercent: 5 });
  const ended = par2.protect(join(folder, 'file'), join(folder, 'parity'), {
    signal: AbortSignal.abort(reason),
  });
  await assert.rejects(ended, reason);
});
