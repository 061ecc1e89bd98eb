import type { LogLevel } from '../../base/index.ts';
import { LEVEL_OF_NAME, type ProgramSettings } from '../../options/index.ts';

/** The least important messages that the console prints. A dry run shows at least what it would do. */
export function consoleLevel(settings: ProgramSettings): LogLevel {
  return leastLevel(settings, 'console-log-level');
}

/** The least important messages that go into the log file. */
export function fileLevel(settings: ProgramSettings): LogLevel {
  return leastLevel(settings, 'log-file-log-level');
}

function leastLevel(settings: ProgramSettings, option: 'console-log-level' | 'log-file-log-level'): LogLevel {
  const older = settings.get('log-level');
  const isGiven = settings.isGiven(option);
  if (settings.get('dry-run') && !isGiven && older === undefined) return 'dry-run';
  return LEVEL_OF_NAME[isGiven ? settings.get(option) : (older ?? settings.get(option))];
}
