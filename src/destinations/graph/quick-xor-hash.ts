import type { Hasher } from '../support/hashed-source.ts';

/** The width of the checksum. */
const WIDTH_BITS = 160;
const WIDTH_BYTES = WIDTH_BITS / 8;
/** Each byte is moved by so many bits against the one before. */
const SHIFT_BITS = 11;

/**
 * Microsoft's QuickXorHash: every byte is XORed into a ring of 160 bits, each 11 bits further than the one
 * before, and the length into the end. Bytes that are 160 apart fall on the same place, so they are XORed
 * among themselves first.
 */
export class QuickXorHash implements Hasher {
  readonly #lanes = new Uint8Array(WIDTH_BITS);
  #lane = 0;
  #sizeBytes = 0;

  update(bytes: Uint8Array): void {
    const lanes = this.#lanes;
    let lane = this.#lane;
    for (const byte of bytes) {
      lanes[lane] = (lanes[lane] ?? 0) ^ byte;
      lane = lane === WIDTH_BITS - 1 ? 0 : lane + 1;
    }
    this.#lane = lane;
    this.#sizeBytes += bytes.byteLength;
  }

  digest(): Buffer {
    const ring = Buffer.alloc(WIDTH_BYTES);
    this.#lanes.forEach((byte, lane) => {
      const bit = (lane * SHIFT_BITS) % WIDTH_BITS;
      const first = bit >> 3;
      const spread = byte << (bit & 7);
      xorAt(ring, first, spread & 0xff);
      xorAt(ring, (first + 1) % WIDTH_BYTES, spread >> 8);
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(this.#sizeBytes));
    length.forEach((byte, index) => void xorAt(ring, WIDTH_BYTES - 8 + index, byte));
    return ring;
  }
}

function xorAt(bytes: Buffer, index: number, byte: number): void {
  bytes[index] = (bytes[index] ?? 0) ^ byte;
}
