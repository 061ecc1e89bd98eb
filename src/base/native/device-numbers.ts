import type { DeviceNumbers } from './native-calls.ts';

/**
 * The parts of a device number (`rdev` of a file's status) as the Linux C library packs them: 12 + 20 bits of
 * the major, 8 + 24 of the minor.
 */
export function splitDeviceNumber(device: bigint): DeviceNumbers {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  };
}

export function joinDeviceNumber({ major, minor }: DeviceNumbers): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (
    ((high & 0xfffn) << 8n) | ((high & 0xfffff000n) << 32n) | (low & 0xffn) | ((low & 0xffffff00n) << 12n)
  );
}
