import { UnacceptedValue } from './errors.ts';

/** Durations are milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A sum such as `1W3D` before its months and years have been given a length. */
export interface CalendarSpan {
  /** Seconds, minutes, hours, days and weeks together. */
  readonly exactMs: number;
  /** How long these are depends on where they are counted from. */
  readonly months: number;
  readonly years: number;
}

const PARTS = /(-?\d+)([smhDWMY])/g;
const WHOLE = /^(?:-?\d+[smhDWMY])+$/;
const SECONDS_ONLY = /^-?\d+$/;
const EXACT_MS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  D: DAY,
  W: 7 * DAY,
};
const ACCEPTED =
  'numbers with s, m, h, D, W, M or Y behind them, such as 90s or 1W3D, or seconds as a plain number';

/** True for texts that `parseSpan` takes. */
export function isSpan(text: string): boolean {
  return SECONDS_ONLY.test(text) || WHOLE.test(text);
}

/**
 * Parses a sum of `<number><unit>` (units are case-sensitive: m is minutes, M is months) or a plain number of
 * seconds. Throws `UnacceptedValue`.
 */
export function parseSpan(text: string): CalendarSpan {
  const trimmed = text.trim();
  if (!isSpan(trimmed)) throw new UnacceptedValue(ACCEPTED);
  if (SECONDS_ONLY.test(trimmed))
    return checkSpan({ exactMs: Number(trimmed) * SECOND, months: 0, years: 0 });
  let exactMs = 0;
  let months = 0;
  let years = 0;
  for (const [, count, unit] of trimmed.matchAll(PARTS)) {
    const number = Number(count);
    if (unit === 'M') months += number;
    else if (unit === 'Y') years += number;
    else exactMs += number * (EXACT_MS[unit ?? ''] ?? 0);
  }
  return checkSpan({ exactMs, months, years });
}

/** Parses a duration into milliseconds. A month is 30 days, a year 365. Throws `UnacceptedValue`. */
export function parseDuration(text: string): number {
  const { exactMs, months, years } = parseSpan(text);
  return checkSpan({ exactMs: exactMs + (365 * years + 30 * months) * DAY, months: 0, years: 0 }).exactMs;
}

/**
 * Writes a duration with as few units as it needs, so that `parseDuration` gives the same number back. Whole
 * seconds only.
 */
export function formatDuration(durationMs: number): string {
  let rest = Math.round(durationMs / SECOND);
  if (rest <= 0) return `${rest}s`;
  let text = '';
  for (const [unit, seconds] of [
    ['D', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

function checkSpan(span: CalendarSpan): CalendarSpan {
  if (Object.values(span).every(Number.isSafeInteger)) return span;
  throw new UnacceptedValue(`${ACCEPTED}, below 200000 years`);
}
