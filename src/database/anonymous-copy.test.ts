import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { writeAnonymousCopy } from './anonymous-copy.ts';
import { EMPTY_CONTENT, ENTRY_KINDS, LocalDatabase } from './index.ts';

const PATHS = ['/1/', '/1/secret-name/', '/1/secret-name/1', '/1/secret-name/old 2', '/2'];

test('writeAnonymousCopy() keeps the shape of folders and no name, text or mark', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'local.sqlite');
  {
    using database = LocalDatabase.open(path);
    database.transaction(() => {
      const seq = database.filesets.begin(
        1000,
        database.volumes.add({ name: 'x', kind: 'dlist', state: 'uploaded' }),
      );
      for (const entry of PATHS) {
        const kind = entry.endsWith('/') ? ENTRY_KINDS.folder : ENTRY_KINDS.file;
        database.entries.add(
          seq,
          {
            path: entry,
            kind,
            content: EMPTY_CONTENT,
            sizeBytes: 0,
            metadata: EMPTY_CONTENT,
            mtimeSeconds: 0,
            mtimeTicks: 0,
            ctimeMs: 0,
            inode: 0,
          },
          'absent',
        );
      }
      database.configuration.set('passphrase', 'mark-of-it');
      database.operations.add({
        name: 'backup',
        beginMs: 1,
        endMs: 2,
        result: JSON.stringify({
          ParsedResult: 'Error',
          AddedFiles: 5,
          Errors: ['[error] block-corrupt: secret-name', 'secret-name: old 2'],
          Paths: ['secret-name'],
          RestorePath: '/secret-name',
        }),
      });
    });
  }
  const copyPath = join(folder, 'copy.sqlite');
  writeAnonymousCopy(path, copyPath);
  using copy = new DatabaseSync(copyPath);
  const paths = copy.prepare('SELECT path FROM entry').all();
  const shape = (names: readonly string[]) => names.map((name) => name.split('/').length).sort();
  assert.deepEqual(shape(paths.map((row) => String(row['path']))), shape(PATHS));
  assert.equal(new Set(paths.map((row) => row['path'])).size, PATHS.length);
  assert.deepEqual(JSON.parse(String(copy.prepare('SELECT result FROM operation').get()?.['result'])), {
    ParsedResult: 'Error',
    AddedFiles: 5,
    Errors: ['block-corrupt', ''],
    Paths: 1,
    RestorePath: '',
  });
  const bytes = readFileSync(copyPath);
  for (const text of ['secret-name', 'mark-of-it', 'old 2']) assert.ok(!bytes.includes(text), text);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('copy.')),
    ['copy.sqlite'],
  );
});
