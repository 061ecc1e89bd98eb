/**
 * Ticks are Duplicati's exact times: 100 nanoseconds since 0001-01-01T00:00:00Z (storage format 3.3). 64-bit
 * integers, as 2^53 is passed by a factor of 70.
 */
const TICKS_AT_1970 = 621_355_968_000_000_000n;

/** Ticks of a time in nanoseconds since 1970, rounded down, also before 1970. */
export function ticksFromUnixNs(unixNs: bigint): bigint {
  const ticks = unixNs / 100n;
  return TICKS_AT_1970 + (unixNs < 0n && unixNs % 100n !== 0n ? ticks - 1n : ticks);
}

/** Nanoseconds since 1970, exactly. */
export function unixNsFromTicks(ticks: bigint): bigint {
  return (ticks - TICKS_AT_1970) * 100n;
}
