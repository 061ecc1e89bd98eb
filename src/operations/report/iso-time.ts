/** Seconds since 1970 as ISO 8601, UTC. */
export function isoTime(timestamp: number): string {
  return new Date(timestamp * 1000).toISOString();
}
