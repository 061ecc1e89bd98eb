const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;

/** How long ago something was, in its largest unit: `3.2 days`, `5.0 hours`, `1 minute` and less as minutes. */
export function formatAge(ageMs: number): string {
  for (const [name, unitMs] of UNITS) if (ageMs >= unitMs) return `${(ageMs / unitMs).toFixed(1)} ${name}`;
  return 'moments';
}
