import { rmSync } from 'node:fs';
import { type Driver, openDriver, text } from './driver.ts';

/**
 * Copies the database at `path` to `copyPath` (which must not exist) without anything that names files or
 * opens volumes: every part of every path becomes a number, the same part always the same one, so that the
 * shape of the folders stays; results keep their numbers and the ids of their log lines, and lose their texts;
 * passphrase marks and destination are dropped.
 */
export function writeAnonymousCopy(path: string, copyPath: string): void {
  const original = openDriver(path, 'read-only');
  try {
    original.prepare('VACUUM INTO ?').run(copyPath);
  } finally {
    original.close();
  }
  const copy = openDriver(copyPath);
  try {
    anonymize(copy);
  } finally {
    copy.close();
  }
  for (const companion of ['-wal', '-shm', '-journal']) rmSync(copyPath + companion, { force: true });
}

function anonymize(copy: Driver): void {
  copy.exec('PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON');
  copy.transaction(() => {
    copy.exec("DELETE FROM configuration WHERE key IN ('passphrase', 'passphrase-salt', 'destination')");
    replacePaths(copy);
    replaceResults(copy);
  });
  // What was overwritten must not stay in free pages.
  copy.exec('VACUUM');
}

function replacePaths(copy: Driver): void {
  const numbers = new Map<string, number>();
  const numberOf = (part: string): string => {
    const known = numbers.get(part);
    if (known !== undefined) return `${known}`;
    numbers.set(part, numbers.size + 1);
    return `${numbers.size}`;
  };
  copy.exec(
    'CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL); INSERT INTO renamed SELECT DISTINCT path, path FROM entry',
  );
  const rename = copy.prepare('UPDATE renamed SET new = ? WHERE old = ?');
  const paths = copy.prepare('SELECT old FROM renamed').all();
  for (const row of paths) {
    const old = text(row, 'old');
    rename.run(old.replaceAll(/[^/\\]+/g, numberOf), old);
  }
  // The new paths must not meet old ones that are not replaced yet, so each goes through one that no path can be.
  copy.exec(
    "UPDATE entry SET path = 'renamed:' || (SELECT new FROM renamed WHERE old = path); UPDATE entry SET path = substr(path, 9); DROP TABLE renamed",
  );
}

function replaceResults(copy: Driver): void {
  const change = copy.prepare('UPDATE operation SET result = ? WHERE id = ?');
  for (const row of copy.prepare('SELECT id, result FROM operation WHERE result IS NOT NULL').all())
    change.run(JSON.stringify(withoutTexts(JSON.parse(text(row, 'result')))), row['id'] ?? null);
}

/** Fields of results whose texts come from the program alone. */
const HARMLESS_TEXTS = new Set([
  'MainOperation',
  'ParsedResult',
  'Version',
  'BeginTime',
  'EndTime',
  'Duration',
  'ErrorID',
  'LastBackupDate',
]);

const LINE_LISTS = new Set(['Messages', 'Warnings', 'Errors']);

function withoutTexts(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return HARMLESS_TEXTS.has(name) ? value : '';
  if (Array.isArray(value)) return LINE_LISTS.has(name) ? value.map(idOfLine) : value.length;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutTexts(field, key)]));
}

/** Of `[warning] block-corrupt: …` what the program itself put there; of anything else nothing. */
function idOfLine(line: unknown): string {
  return /^\[[a-z-]+\] ([a-z0-9-]+): /.exec(String(line))?.[1] ?? '';
}
