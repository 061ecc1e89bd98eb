import type { DestinationSettings } from '../descriptor.ts';

const OFF = new Set(['false', 'no', 'off', '0']);

/** True when the option is given, with or without a value, unless that value says no. */
export function readFlag(settings: DestinationSettings, name: string): boolean {
  const value = settings[name];
  return value !== undefined && !OFF.has(value.trim().toLowerCase());
}

/** The text of an option; an empty one counts as not given. */
export function readText(settings: DestinationSettings, name: string): string | undefined {
  const value = settings[name];
  return value === '' ? undefined : value;
}
