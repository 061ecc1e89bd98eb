import type { Configuration } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { readSpace } from '../destination/check-destination.ts';

/** What happened in a period, and how things stand. */
export interface Summary {
  readonly fromMs: number;
  readonly toMs: number;
  readonly completed: number;
  readonly failed: number;
  readonly healthySources: number;
  /** Sources that the last monitor run found unhealthy, by name. */
  readonly unhealthySources: readonly string[];
  readonly usedBytes: number;
  readonly freeBytes: number;
  /** Destinations whose disks could not be asked; their space is not counted. */
  readonly unreachable: readonly string[];
  readonly rsyncMs: number;
  readonly errors: number;
}

/** Sums up a period. A destination that cannot be reached is named, and spoils nothing else. */
export function summarize(
  configuration: Configuration,
  { database }: MirrorContext,
  fromMs: number,
  toMs: number,
): Summary {
  const runs = database.runs.between(fromMs, toMs);
  const sources = configuration.sources();
  const spaces = configuration.destinations().map(({ name, path }) => ({ name, space: trySpace(path) }));
  const sum = (pick: 'usedBytes' | 'freeBytes'): number =>
    spaces.reduce((total, { space }) => total + (space?.[pick] ?? 0), 0);
  return {
    fromMs,
    toMs,
    completed: runs.filter(({ state }) => state === 'completed').length,
    failed: runs.filter(({ state }) => state === 'failed').length,
    healthySources: sources.filter(({ health }) => health === 'healthy').length,
    unhealthySources: sources.filter(({ health }) => health === 'unhealthy').map(({ name }) => name),
    usedBytes: sum('usedBytes'),
    freeBytes: sum('freeBytes'),
    unreachable: spaces.filter(({ space }) => space === undefined).map(({ name }) => name),
    rsyncMs: runs.reduce((total, { rsyncMs }) => total + (rsyncMs ?? 0), 0),
    errors: database.log.countErrors(fromMs, toMs),
  };
}

function trySpace(path: string): { readonly usedBytes: number; readonly freeBytes: number } | undefined {
  try {
    const { totalBytes, freeBytes } = readSpace(path);
    return { usedBytes: totalBytes - freeBytes, freeBytes };
  } catch {
    // It is named in the summary instead.
    return undefined;
  }
}
