import { counted } from '../base/index.ts';

const UNITS = ['byte', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number of bytes for people: `1 byte`, `523 bytes`, `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return counted(bytes, 'byte');
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A length of time for people: `42 s`, `3:07 min`, `2:05:09 h`. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.max(0, Math.round(elapsedMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)} min`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)} h`;
}

/** A point in time in the local zone: `2026-11-21 15:30:00`. */
export function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** `1 file`, `2 files`, `12 345 files`. */
export function formatCount(count: number, singular: string, plural?: string): string {
  return counted(count, singular, plural).replace(/\B(?=(?:\d{3})+ )/g, ' ');
}

function pad(number: number): string {
  return `${number}`.padStart(2, '0');
}
