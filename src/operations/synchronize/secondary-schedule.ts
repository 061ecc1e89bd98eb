import { createHash } from 'node:crypto';
import type { LocalDatabase } from '../../database/index.ts';
import type { SecondaryDestination } from './secondary-destinations.ts';

/** What is remembered of one secondary destination. */
interface LevelMark {
  /** When it was last brought level, milliseconds since 1970. */
  readonly levelAtMs: number;
  /** Backups since then. */
  readonly backups: number;
}

type Marks = Readonly<Record<string, LevelMark>>;

const KEY = 'secondary-destinations';

/** Counts one more backup, and answers whether the destination is due with it. One that was never brought level is. */
export function countBackup(
  database: LocalDatabase,
  { url, trigger }: SecondaryDestination,
  nowMs: number,
): boolean {
  const marks = readMarks(database);
  const mark = marks[nameOf(url)];
  if (mark === undefined) return true;
  const backups = mark.backups + 1;
  writeMark(database, url, { ...mark, backups });
  switch (trigger.kind) {
    case 'inline':
      return true;
    case 'interval':
      // A clock that was set back makes it due rather than never.
      return nowMs - mark.levelAtMs >= trigger.intervalMs || nowMs < mark.levelAtMs;
    case 'counting':
      return backups >= trigger.backups;
  }
}

/** Notes that the destination was brought level. */
export function noteLevel(database: LocalDatabase, { url }: SecondaryDestination, nowMs: number): void {
  writeMark(database, url, { levelAtMs: nowMs, backups: 0 });
}

function writeMark(database: LocalDatabase, url: string, mark: LevelMark): void {
  const marks = { ...readMarks(database), [nameOf(url)]: mark };
  database.transaction(() => database.configuration.set(KEY, JSON.stringify(marks)));
}

function readMarks(database: LocalDatabase): Marks {
  const text = database.configuration.get(KEY);
  return text === undefined ? {} : JSON.parse(text);
}

/** The URL may hold passwords, which may change; what they open stays the same. */
function nameOf(url: string): string {
  return createHash('sha256').update(url.split('?', 1).join()).digest('hex').slice(0, 16);
}
