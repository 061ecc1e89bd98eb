/** The bits of .NET's `FileAttributes`, which Duplicati stores as text in every metadata blob (storage format 3.3), in ascending order. */
export const FILE_ATTRIBUTES = {
  ReadOnly: 0x1,
  Hidden: 0x2,
  System: 0x4,
  Directory: 0x10,
  Archive: 0x20,
  Device: 0x40,
  Normal: 0x80,
  Temporary: 0x100,
  SparseFile: 0x200,
  ReparsePoint: 0x400,
  Compressed: 0x800,
  Offline: 0x1000,
  NotContentIndexed: 0x2000,
  Encrypted: 0x4000,
  IntegrityStream: 0x8000,
  NoScrubData: 0x20000,
} as const;

const NAMED = Object.entries(FILE_ATTRIBUTES);
const ALL_NAMED_BITS = NAMED.reduce((bits, [, bit]) => bits | bit, 0);
const BIT_BY_NAME = new Map(NAMED.map(([name, bit]) => [name.toLowerCase(), bit as number]));
BIT_BY_NAME.set('none', 0);

/** The text of attribute bits: names joined by `, `; a decimal number where a bit has no name, and for no bits at all. */
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
