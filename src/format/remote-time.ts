/**
 * Times at a destination: UTC to the second, `YYYYMMDDTHHMMSSZ` (storage format 1.1 and 2.7). In the name of
 * a dlist such a time is the identity of a version; in a file list it is the modification time of a file.
 */
const ZONE = /^(?:Z|([+-])(\d\d):?(\d\d))?$/;

/** The first and last second that Duplicati's clock type can hold: the years 1 to 9999. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59Z');

/** The calendar repeats after 400 years; `Date.UTC` would take the years below 100 for the last century. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/**
 * The text of a time in milliseconds since 1970, cut down to its second. Times outside the years 1 to 9999
 * become the nearest one inside.
 */
export function formatRemoteTime(timeMs: number): string {
  const time = new Date(Math.min(Math.max(timeMs, EARLIEST_MS), LATEST_MS));
  const year = `${time.getUTCFullYear()}`.padStart(4, '0');
  const date = twoDigits(time.getUTCMonth() + 1) + twoDigits(time.getUTCDate());
  const minute = twoDigits(time.getUTCHours()) + twoDigits(time.getUTCMinutes());
  return `${year}${date}T${minute}${twoDigits(time.getUTCSeconds())}Z`;
}

/** Called five times for each file of a version, hence a table. */
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => `${value}`.padStart(2, '0'));

function twoDigits(value: number): string {
  return TWO_DIGITS[value] ?? '';
}

/**
 * Milliseconds since 1970, or `undefined` where the text is no valid time. The zone may be `Z`, a numeric
 * offset, or absent, which means UTC.
 */
export function parseRemoteTime(text: string): number | undefined {
  const year = readDigits(text, 0, 4);
  const month = readDigits(text, 4, 6);
  const day = readDigits(text, 6, 8);
  const hour = readDigits(text, 9, 11);
  const minute = readDigits(text, 11, 13);
  const second = readDigits(text, 13, 15);
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(year, month);
  const isTime = text[8] === 'T' && hour < 24 && minute < 60 && second < 60;
  const offsetMs = text.length === 16 && text.endsWith('Z') ? 0 : readZone(text.slice(15));
  if (!isDate || !isTime || offsetMs === undefined) return undefined;
  return Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second) - CYCLE_MS - offsetMs;
}

/** The number in text[from, to), or NaN. Called six times for each file of a version, hence without slices. */
function readDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function readZone(text: string): number | undefined {
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, sign = '+', hours = '0', minutes = '0'] = match;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -offsetMs : offsetMs;
}

function lastDayOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
