import { counted } from '../../base/index.ts';
import {
  type CalendarDay,
  calendarOf,
  dayKey,
  daysBefore,
  isoWeekKey,
  monthKey,
  monthsBefore,
} from './calendar.ts';

/** How versions are thinned out with age. */
export interface ThinningRule {
  readonly keepAllDays: number;
  readonly keepDailyDays: number;
  readonly keepWeeklyWeeks: number;
  readonly keepMonthlyMonths: number;
  readonly keepYearlyYears: number;
  /** The time zone of days, weeks, months and years. */
  readonly zone: string;
}

export interface DatedVersion {
  readonly startedMs: number;
}

/** What becomes of a version, and why. */
export interface Decision<T> {
  readonly version: T;
  readonly action: 'keep' | 'delete';
  readonly reason: string;
}

interface Window {
  readonly name: string;
  /** Versions that began before this belong to a later window. */
  readonly beginMs: number;
  /** `undefined`: every version stays. */
  readonly keyOf: ((day: CalendarDay) => string) | undefined;
}

const DAYS_PER_WEEK = 7;
const MONTHS_PER_YEAR = 12;

/**
 * Decides about versions, given in any order and answered from the newest to the oldest. The newest stays
 * whatever the rule says. Windows follow one another back from now: all, then the newest of each day, ISO
 * week, month and year; what is older than all windows goes.
 */
export function planThinning<T extends DatedVersion>(
  versions: readonly T[],
  rule: ThinningRule,
  nowMs: number,
): Decision<T>[] {
  const [newest, ...older] = [...versions].sort((a, b) => b.startedMs - a.startedMs);
  if (newest === undefined) return [];
  const windows = layOut(rule, nowMs);
  const calendar = calendarOf(rule.zone);
  const taken = new Set<string>();
  const decide = (version: T): Decision<T> => {
    const window = windows.find(({ beginMs }) => version.startedMs >= beginMs);
    if (window === undefined) return { version, action: 'delete', reason: 'older than all that is kept' };
    const key = window.keyOf?.(calendar(version.startedMs));
    if (key === undefined) return { version, action: 'keep', reason: window.name };
    const place = `${window.name} ${key}`;
    if (taken.has(place)) return { version, action: 'delete', reason: `not the last of the ${place}` };
    taken.add(place);
    return { version, action: 'keep', reason: `last of the ${place}` };
  };
  return [{ version: newest, action: 'keep', reason: 'the newest' }, ...older.map(decide)];
}

function layOut(rule: ThinningRule, nowMs: number): Window[] {
  const all = daysBefore(nowMs, rule.keepAllDays);
  const daily = daysBefore(all, rule.keepDailyDays);
  const weekly = daysBefore(daily, rule.keepWeeklyWeeks * DAYS_PER_WEEK);
  const monthly = monthsBefore(weekly, rule.keepMonthlyMonths);
  const yearly = monthsBefore(monthly, rule.keepYearlyYears * MONTHS_PER_YEAR);
  return [
    { name: `of the last ${counted(rule.keepAllDays, 'day')}`, beginMs: all, keyOf: undefined },
    { name: 'day', beginMs: daily, keyOf: dayKey },
    { name: 'week', beginMs: weekly, keyOf: isoWeekKey },
    { name: 'month', beginMs: monthly, keyOf: monthKey },
    { name: 'year', beginMs: yearly, keyOf: ({ year }) => `${year}` },
  ];
}

/**
 * Which of the kept versions go because together they use too much: the oldest first, until the rest fits.
 * `shares` are the bytes that each of `kept`, newest first, is the newest to hold; the newest version counts
 * nothing and stays. A limit of 0 is none.
 */
export function planSizeCap<T extends DatedVersion>(
  kept: readonly T[],
  shares: readonly number[],
  mostBytes: number,
): Decision<T>[] {
  if (mostBytes === 0) return [];
  let used = shares.slice(1).reduce((sum, bytes) => sum + bytes, 0);
  const decisions: Decision<T>[] = [];
  for (let index = kept.length - 1; index >= 1 && used > mostBytes; index--) {
    const version = kept[index];
    if (version === undefined) break;
    decisions.push({
      version,
      action: 'delete',
      reason: `the oldest of those that use ${counted(used, 'byte')}, where ${mostBytes} are allowed`,
    });
    used -= shares[index] ?? 0;
  }
  return decisions;
}
