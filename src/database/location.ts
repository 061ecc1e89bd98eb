import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError } from './errors.ts';

/** What identifies a backup among the local databases: where it lies and its prefix. Never a secret. */
export interface BackupIdentity {
  readonly scheme: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly username: string;
  readonly prefix: string;
}

interface LocationRecord {
  readonly Type: string;
  readonly Server: string;
  readonly Port: number;
  readonly Path: string;
  readonly Username: string;
  readonly Prefix: string;
  readonly Databasepath: string;
}

/**
 * The local database of a backup, as recorded in `dbconfig.json` of the data folder. Without a record,
 * `'create'` makes one (the folder with mode 0700) and `'find'` gives `undefined`.
 */
export function locateDatabase(
  dataFolder: string,
  identity: BackupIdentity,
  mode: 'find' | 'create',
  name = '',
): string | undefined {
  const recordsPath = join(dataFolder, 'dbconfig.json');
  const records = readRecords(recordsPath);
  const exact = records.filter(
    (record) => isSameBackup(record, identity) && record.Username === identity.username,
  );
  const candidates =
    exact.length === 0 && mode === 'find'
      ? records.filter((record) => isSameBackup(record, identity))
      : exact;
  if (candidates.length > 1) {
    throw new DatabaseError(
      'database-ambiguous',
      `Several local databases are recorded for this destination in '${recordsPath}'.`,
      {
        details: { paths: candidates.map((record) => record.Databasepath) },
        hint: 'Name the one to use with --dbpath.',
      },
    );
  }
  const found = candidates[0];
  if (found !== undefined) return found.Databasepath;
  if (mode === 'find') return undefined;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  chmodSync(dataFolder, 0o700);
  const path = freshPath(dataFolder, name, new Set(records.map((record) => record.Databasepath)));
  writeRecords(recordsPath, [...records, toRecord(identity, path)]);
  return path;
}

function readRecords(path: string): LocationRecord[] {
  if (!existsSync(path)) return [];
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(parsed)) return parsed.filter(isRecord);
  } catch {
    // A damaged list of databases is no loss: databases are rebuilt from their destinations.
  }
  return [];
}

function isRecord(value: unknown): value is LocationRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Databasepath' in value &&
    typeof value.Databasepath === 'string' &&
    'Path' in value
  );
}

function writeRecords(path: string, records: readonly LocationRecord[]): void {
  writeFileSync(`${path}.new`, JSON.stringify(records, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function isSameBackup(record: LocationRecord, identity: BackupIdentity): boolean {
  return (
    record.Type === identity.scheme &&
    record.Server === identity.host &&
    record.Port === (identity.port ?? -1) &&
    record.Path === identity.path &&
    record.Prefix === identity.prefix
  );
}

function toRecord(identity: BackupIdentity, path: string): LocationRecord {
  return {
    Type: identity.scheme,
    Server: identity.host,
    Port: identity.port ?? -1,
    Path: identity.path,
    Username: identity.username,
    Prefix: identity.prefix,
    Databasepath: path,
  };
}

function freshPath(folder: string, name: string, taken: ReadonlySet<string>): string {
  const stem = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  for (let attempt = 0; ; attempt++) {
    const letters =
      stem !== '' && attempt === 0 ? stem : `${stem === '' ? '' : `${stem}-`}${randomLetters(10)}`;
    const path = join(folder, `${letters}.sqlite`);
    if (!taken.has(path) && !existsSync(path)) return path;
  }
}

function randomLetters(count: number): string {
  const random = crypto.getRandomValues(new Uint8Array(count));
  return Array.from(random, (byte) => String.fromCharCode(65 + (byte % 26))).join('');
}
