import type { LogLevel } from '../base/index.ts';

/** The levels that the values of options name. */
export const LEVEL_OF_NAME = {
  ExplicitOnly: 'profiling',
  Profiling: 'profiling',
  Verbose: 'verbose',
  Retry: 'retry',
  Information: 'information',
  DryRun: 'dry-run',
  Warning: 'warning',
  Error: 'error',
} as const satisfies Readonly<Record<string, LogLevel>>;
