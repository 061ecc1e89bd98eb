import { UnacceptedValue } from './errors.ts';

/** Sizes are bytes. */
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

/** The unit that a number without a suffix has; each option names its own. */
export type SizeUnit = 'b' | 'kb' | 'mb' | 'gb' | 'tb';

const FACTORS: Readonly<Record<SizeUnit, number>> = { b: 1, kb: KIB, mb: MIB, gb: GIB, tb: TIB };
const SIZE = /^(\d+)\s*(b|kb|mb|gb|tb|kib|mib|gib|tib)?$/i;
const ACCEPTED = 'a whole number with b, kb, mb, gb or tb behind it, such as 50mb (factors of 1024)';

/** Parses a size into bytes. Factors are 1024; an empty text is 0. Throws `UnacceptedValue`. */
export function parseSize(text: string, defaultUnit: SizeUnit): number {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  const match = SIZE.exec(trimmed);
  if (match === null) throw new UnacceptedValue(ACCEPTED);
  const sizeBytes = Number(match[1]) * FACTORS[unitOf(match[2] ?? defaultUnit)];
  if (!Number.isSafeInteger(sizeBytes)) throw new UnacceptedValue(`${ACCEPTED}, below 8192tb`);
  return sizeBytes;
}

/** Writes a size with the largest unit that divides it, so that `parseSize` gives the same number back: `50mb`. */
export function formatSize(sizeBytes: number): string {
  for (const unit of ['tb', 'gb', 'mb', 'kb'] as const) {
    if (sizeBytes !== 0 && sizeBytes % FACTORS[unit] === 0) return `${sizeBytes / FACTORS[unit]}${unit}`;
  }
  return `${sizeBytes}b`;
}

function unitOf(suffix: string): SizeUnit {
  const [letter] = suffix.toLowerCase();
  switch (letter) {
    case 'k':
      return 'kb';
    case 'm':
      return 'mb';
    case 'g':
      return 'gb';
    case 't':
      return 'tb';
    default:
      return 'b';
  }
}
