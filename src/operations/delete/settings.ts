import { BackupError } from '../../base/index.ts';
import { type ProgramSettings, resolveTime } from '../../options/index.ts';
import type { RetentionPolicy } from '../../retention/index.ts';

const RULES = ['keep-versions', 'keep-time', 'retention-policy'] as const;

/**
 * What the options say of versions to delete by a rule; `undefined` where they name no rule. At most one of the three rules may be given: `option-conflict`
 * otherwise.
 */
export function readRetentionPolicy(settings: ProgramSettings, nowMs: number): RetentionPolicy | undefined {
  const given = RULES.filter((name) => settings.isGiven(name));
  if (given.length > 1) {
    throw new BackupError('option-conflict', `Only one of --${given.join(' and --')} can be in force.`, {
      details: { options: given },
      hint: 'Nothing was deleted. Keep the one that says what you want.',
    });
  }
  if (given.length === 0) return undefined;
  const keepTime = settings.get('keep-time');
  return {
    keepVersions: settings.get('keep-versions'),
    rules: settings.get('retention-policy') ?? [],
    allowFullRemoval: settings.get('allow-full-removal'),
    isExact: settings.get('disable-time-tolerance'),
    ...(keepTime === undefined ? {} : { keepSinceMs: resolveTime(keepTime, nowMs, 'past') }),
  };
}
