/** Backups that were made on Windows, restored here: drives, shares, alternate streams, attributes, links. */
import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { parseMetadataBlob, ticksFromUnixNs, writeMetadataBlob } from '../../src/format/index.ts';
import { runRestore } from '../../src/operations/restore/run.ts';
import { type HandMadeEntry, handMadeBackup } from '../support/hand-made-backup.ts';

const SECONDS = 1_600_000_000;
const TIMES = {
  lastWriteTicks: ticksFromUnixNs(BigInt(SECONDS) * 1_000_000_000n),
  createTicks: ticksFromUnixNs(1_500_000_000_000_000_000n),
};
const ACCESS_RULES = '[{"IdentityReference":"S-1-5-18","FileSystemRights":2032127}]';

function windowsFile(path: string, attributes = 'Archive'): HandMadeEntry {
  const platformKeys = [['win-ext:accessrules', ACCESS_RULES]] as const;
  return {
    path,
    kind: 'file',
    content: Buffer.from(`content of ${path}`),
    metadata: { platformKeys, attributes, ...TIMES },
  };
}

/** Restores the entries to a new folder and gives all paths in it. */
async function restore(t: TestContext, entries: readonly HandMadeEntry[]) {
  const backup = await handMadeBackup(t, entries, { blocksizeBytes: 1024 });
  const result = await runRestore(
    backup.opened,
    backup.settings({ restorePermissions: true }),
    backup.context,
  );
  const target = join(backup.folder, 'target');
  return { target, result, found: readdirSync(target, { recursive: true, encoding: 'utf8' }).sort() };
}

test('runRestore() puts drives and shares of Windows into folders of their own', async (t) => {
  const paths = [
    'C:\\a b\\file',
    'D:\\file',
    'd:\\lower',
    '\\\\server\\share\\file',
    'C:\\ümlaut\\[x] (1).txt',
  ];
  const { target, result, found } = await restore(
    t,
    paths.map((path) => windowsFile(path)).sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  assert.deepEqual([result.brokenFiles, result.refused, result.metadataProblems.count], [[], [], 0]);
  const files = ['C/a b/file', 'C/ümlaut/[x] (1).txt', 'D/file', 'd/lower', 'server/share/file'];
  assert.deepEqual(
    found.filter((path) => lstatSync(join(target, path)).isFile()),
    files,
  );
  assert.equal(readFileSync(join(target, 'D/file'), 'utf8'), 'content of D:\\file');
});

test('runRestore() gives files of Windows their time and whether they were read-only, and keeps alternate streams beside them', async (t) => {
  const { target, result, found } = await restore(t, [
    windowsFile('C:\\x\\hidden.txt', 'Hidden, System, Archive'),
    windowsFile('C:\\x\\read-only.txt', 'ReadOnly, Archive'),
    windowsFile('C:\\x\\with-stream.txt'),
    windowsFile('C:\\x\\with-stream.txt:Zone.Identifier'),
  ]);
  assert.deepEqual([result.brokenFiles, result.metadataProblems.count], [[], 0]);
  const names = ['hidden.txt', 'read-only.txt', 'with-stream.txt', 'with-stream.txt:Zone.Identifier'];
  assert.deepEqual(found, names);
  for (const name of names) {
    const stat = lstatSync(join(target, name));
    assert.equal(stat.mtimeMs, SECONDS * 1000, name);
    assert.equal((stat.mode & 0o222) === 0, name === 'read-only.txt', name);
  }
});

test('runRestore() makes links of Windows with the text that they had', async (t) => {
  const metadata = { attributes: 'Directory, ReparsePoint', symlinkTarget: '..\\other folder', ...TIMES };
  const { target } = await restore(t, [
    windowsFile('C:\\x\\file'),
    { path: 'C:\\x\\link', kind: 'symlink', metadata },
  ]);
  assert.equal(readlinkSync(join(target, 'link')), '..\\other folder');
});

test('writeMetadataBlob() writes back byte for byte what was read of Windows and of macOS', () => {
  for (const keys of [
    `"win-ext:accessrules":${JSON.stringify(ACCESS_RULES)}`,
    '"unix:uid-gid-perm":"501-20-420","macos:flags":"32768"',
  ]) {
    const text = `\ufeff{${keys},"CoreAttributes":"Archive","CoreLastWritetime":"637356000000000000","CoreCreatetime":"636356000000000000"}`;
    const blob = Buffer.from(text);
    assert.deepEqual(writeMetadataBlob(parseMetadataBlob(blob, '/x')), blob);
  }
});
