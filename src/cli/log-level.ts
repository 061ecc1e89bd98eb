import type { LogLevel } from '../base/index.ts';
import type { ProgramSettings } from '../options/index.ts';

type LevelName = ReturnType<typeof consoleLevelName>;

const LEVELS: Readonly<Record<LevelName, LogLevel>> = {
  ExplicitOnly: 'profiling',
  Profiling: 'profiling',
  Verbose: 'verbose',
  Retry: 'retry',
  Information: 'information',
  DryRun: 'dry-run',
  Warning: 'warning',
  Error: 'error',
};

/** The least important messages that the console prints. A dry run shows at least what it would do. */
export function consoleLevel(settings: ProgramSettings): LogLevel {
  const isGiven = settings.isGiven('console-log-level') || settings.isGiven('log-level');
  if (settings.get('dry-run') && !isGiven) return 'dry-run';
  return LEVELS[consoleLevelName(settings)];
}

function consoleLevelName(settings: ProgramSettings) {
  const older = settings.isGiven('console-log-level') ? undefined : settings.get('log-level');
  return older ?? settings.get('console-log-level');
}
