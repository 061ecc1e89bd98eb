import { type ProgramSettings, resolveTime } from '../../options/index.ts';
import type { RetentionPolicy } from '../../retention/index.ts';

const RULES = ['keep-versions', 'keep-time', 'retention-policy'] as const;

/**
 * What the options say of versions to delete by a rule, of which they give one at most; `undefined` where
 * they give none.
 */
export function readRetentionPolicy(settings: ProgramSettings, nowMs: number): RetentionPolicy | undefined {
  if (!RULES.some((name) => settings.isGiven(name))) return undefined;
  const keepTime = settings.get('keep-time');
  return {
    keepVersions: settings.get('keep-versions'),
    rules: settings.get('retention-policy') ?? [],
    allowFullRemoval: settings.get('allow-full-removal'),
    isExact: settings.get('disable-time-tolerance'),
    ...(keepTime === undefined ? {} : { keepSinceMs: resolveTime(keepTime, nowMs, 'past') }),
  };
}
