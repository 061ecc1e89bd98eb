import { FILE_ATTRIBUTES } from '../base/index.ts';

const NAMED = Object.entries(FILE_ATTRIBUTES);
const ALL_NAMED_BITS = NAMED.reduce((bits, [, bit]) => bits | bit, 0);
const BIT_BY_NAME = new Map(NAMED.map(([name, bit]) => [name.toLowerCase(), bit as number]));
BIT_BY_NAME.set('none', 0);

/**
 * The text of attribute bits, which Duplicati stores in every metadata blob (storage format 3.3): names
 * joined by `, `; a decimal number where a bit has no name, and for no bits at all.
 */
export function formatFileAttributes(bits: number): string {
  if (bits === 0 || (bits & ~ALL_NAMED_BITS) !== 0) return String(bits);
  return NAMED.filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(', ');
}

/** The bits of attribute text, in any case, as names or as a number; `undefined` where a word is unknown. */
export function parseFileAttributes(text: string): number | undefined {
  if (/^\s*-?\d{1,10}\s*$/.test(text)) return Number(text) | 0;
  let bits = 0;
  for (const word of text.split(',')) {
    const bit = BIT_BY_NAME.get(word.trim().toLowerCase());
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}
