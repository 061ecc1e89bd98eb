/** Numbers in [0, 1) that are the same for the same seed (the mulberry32 generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Bytes that look random and are the same for the same seed. */
export function seededBytes(sizeBytes: number, seed = 1): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for (; at + 4 <= sizeBytes; at += 4) bytes.writeUInt32LE(Math.floor(random() * 4294967296), at);
  for (; at < sizeBytes; at++) bytes[at] = Math.floor(random() * 256);
  return bytes;
}
