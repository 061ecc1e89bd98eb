/**
 * The type of a packet that describes a protected file (PAR 2.0 specification); in the packet it follows 48
 * bytes of header.
 */
const FILE_DESCRIPTION = Buffer.from('PAR 2.0\0FileDesc', 'latin1');
/** Between the type and the name: id, hash, hash of the first 16 KiB, length. */
const NAME_OFFSET = FILE_DESCRIPTION.length + 16 + 16 + 16 + 8;
/** The header up to the type begins with a magic number and the length of the whole packet. */
const HEADER_TO_TYPE = 48;
const LENGTH_OFFSET = 8;

/**
 * The names of the files that parity data describe. What comes from a destination must not make par2 write
 * other files than those that are expected.
 */
export function protectedNames(parity: Buffer): Set<string> {
  const names = new Set<string>();
  for (let at = parity.indexOf(FILE_DESCRIPTION); at >= 0; at = parity.indexOf(FILE_DESCRIPTION, at + 1)) {
    if (at < HEADER_TO_TYPE) continue;
    const start = at - HEADER_TO_TYPE;
    const length = parity.readBigUInt64LE(start + LENGTH_OFFSET);
    const end = Number(BigInt(start) + length);
    const name = parity.subarray(at + NAME_OFFSET, Math.min(end, parity.length));
    names.add(name.toString('utf8').replace(/\0+$/, ''));
  }
  return names;
}
