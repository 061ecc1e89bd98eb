/** A day as a calendar of some time zone names it. */
export interface CalendarDay {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

const DAY_MS = 86_400_000;
const MONTHS_PER_YEAR = 12;
const WEEK_DAYS = 7;
const THURSDAY = 4;

/** Answers the calendar day of a time in a zone. */
export function calendarOf(zone: string): (timeMs: number) => CalendarDay {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    return { year: parts.get('year') ?? 0, month: parts.get('month') ?? 0, day: parts.get('day') ?? 0 };
  };
}

/** A day as `2026-11-21`. */
export function dayKey({ year, month, day }: CalendarDay): string {
  return `${year}-${pad(month)}-${pad(day)}`;
}

/** A month as `2026-11`. */
export function monthKey({ year, month }: CalendarDay): string {
  return `${year}-${pad(month)}`;
}

/** The week by ISO 8601: it begins on Monday and belongs to the year that its Thursday is in. */
export function isoWeekKey({ year, month, day }: CalendarDay): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  const weekDay = date.getUTCDay() === 0 ? WEEK_DAYS : date.getUTCDay();
  const thursday = new Date(date.getTime() + (THURSDAY - weekDay) * DAY_MS);
  const weekYear = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / DAY_MS / WEEK_DAYS) + 1;
  return `${weekYear}-W${pad(week)}`;
}

export function daysBefore(timeMs: number, days: number): number {
  return timeMs - days * DAY_MS;
}

/** The same day and time so many months before, or the last day of that month where it is shorter. In UTC. */
export function monthsBefore(timeMs: number, months: number): number {
  const date = new Date(timeMs);
  const total = date.getUTCFullYear() * MONTHS_PER_YEAR + date.getUTCMonth() - months;
  const [year, month] = [Math.floor(total / MONTHS_PER_YEAR), total % MONTHS_PER_YEAR];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (timeMs % DAY_MS);
}

function pad(number: number): string {
  return `${number}`.padStart(2, '0');
}
