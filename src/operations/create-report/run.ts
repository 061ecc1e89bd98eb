import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { BackupError } from '../../base/index.ts';
import { createArchiveWriter } from '../../compression/index.ts';
import { acquireLock, writeAnonymousCopy } from '../../database/index.ts';

const PIECE_BYTES = 1024 * 1024;

export interface ReportInput {
  /** The local database. */
  readonly databasePath: string;
  /** The zip to write, which must not exist. */
  readonly outputPath: string;
  /** About program and machine. */
  readonly facts: Readonly<Record<string, string>>;
  readonly processId: number;
  readonly nowMs: number;
}

/**
 * Writes a zip that helps to find a fault and tells no names: the local database with numbers for the parts
 * of paths, without passphrase marks and texts, and facts about program and machine. Throws `report-exists`.
 */
export function createReport(input: ReportInput): void {
  const { outputPath, databasePath } = input;
  if (existsSync(outputPath)) throw reportExists(outputPath);
  const copyPath = `${outputPath}.database`;
  rmSync(copyPath, { force: true });
  using _ = acquireLock(databasePath, { processId: input.processId, operation: 'create-report' });
  try {
    writeAnonymousCopy(databasePath, copyPath);
    writeZip(input, copyPath);
  } finally {
    rmSync(copyPath, { force: true });
  }
}

function writeZip({ outputPath, facts, nowMs }: ReportInput, copyPath: string): void {
  const file = openSync(outputPath, 'wx', 0o600);
  try {
    using zip = createArchiveWriter('zip', (bytes) => void writeSync(file, bytes), {
      method: 'Deflate',
      level: 6,
      modifiedAt: new Date(nowMs),
    });
    zip.add('system-info.json', Buffer.from(`${JSON.stringify(facts, undefined, 2)}\n`), 'compress');
    zip.addPieces('database.sqlite', piecesOf(copyPath), 'compress');
    zip.finish();
  } finally {
    closeSync(file);
  }
}

function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer))
      yield buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function reportExists(path: string): BackupError {
  return new BackupError('report-exists', `The file '${path}' exists already.`, {
    details: { path },
    hint: 'Name another file, or remove this one.',
  });
}
