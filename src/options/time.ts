import { type CalendarSpan, isSpan, parseSpan } from './duration.ts';
import { UnacceptedValue } from './errors.ts';

/** A point in time as a user writes it, before it is known what "now" is. */
export type TimeExpression =
  | { readonly kind: 'instant'; readonly timeMs: number }
  | { readonly kind: 'offset'; readonly span: CalendarSpan };

const COMPACT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i;
const ACCEPTED = "'now', an age such as 2D12h, or a date such as 2026-11-21 or 2026-11-21T15:30:00Z";
const NOW: TimeExpression = { kind: 'offset', span: { exactMs: 0, months: 0, years: 0 } };

/**
 * Parses a time: `now`; an offset (`1W3D`, seconds as a plain number); the compact form of remote names
 * (`20261121T153000Z`); ISO 8601, local unless it names a zone. Throws `UnacceptedValue`.
 */
export function parseTime(text: string): TimeExpression {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'now') return NOW;
  if (isSpan(trimmed)) return { kind: 'offset', span: parseSpan(trimmed) };
  const compact = COMPACT.exec(trimmed);
  if (compact !== null) return { kind: 'instant', timeMs: instantOf(compact.slice(1, 7), '', 'Z') };
  const written = WRITTEN.exec(trimmed);
  if (written === null) throw new UnacceptedValue(ACCEPTED);
  return { kind: 'instant', timeMs: instantOf(written.slice(1, 7), written[7] ?? '', written[8] ?? '') };
}

/**
 * The milliseconds since 1970 that an expression means. An offset counts from `nowMs`, into the past or the
 * future; months and years are those of the calendar in local time, and a day that the target month lacks
 * becomes its last one.
 */
export function resolveTime(expression: TimeExpression, nowMs: number, direction: 'past' | 'future'): number {
  if (expression.kind === 'instant') return expression.timeMs;
  const sign = direction === 'past' ? -1 : 1;
  const { exactMs, months, years } = expression.span;
  return addMonths(nowMs, sign * (12 * years + months)) + sign * exactMs;
}

function addMonths(timeMs: number, months: number): number {
  if (months === 0) return timeMs;
  const date = new Date(timeMs);
  const day = date.getDate();
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  const lastDay = new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate();
  date.setDate(Math.min(day, lastDay));
  return date.getTime();
}

function instantOf(fields: readonly (string | undefined)[], fraction: string, zone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields.map((field) =>
    Number(field ?? 0),
  );
  const ms = Math.trunc(Number(fraction.padEnd(7, '0')) / 10_000);
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  const isReal =
    asUtc.getUTCFullYear() === year &&
    asUtc.getUTCMonth() === month - 1 &&
    asUtc.getUTCDate() === day &&
    asUtc.getUTCHours() === hour &&
    asUtc.getUTCMinutes() === minute &&
    asUtc.getUTCSeconds() === second;
  if (!isReal) throw new UnacceptedValue(ACCEPTED);
  if (zone === '') return new Date(year, month - 1, day, hour, minute, second, ms).getTime();
  return asUtc.getTime() - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
