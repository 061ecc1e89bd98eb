import { parseDuration } from './duration.ts';
import { UnacceptedValue } from './errors.ts';

/**
 * Within the last `frameMs`, keep one version per `intervalMs`. `Infinity` as frame: without end; 0 as
 * interval: every version.
 */
export interface RetentionRule {
  readonly frameMs: number;
  readonly intervalMs: number;
}

const ACCEPTED =
  'pairs of frame and interval such as 1W:1D,4W:1W,12M:1M, where U is an unlimited frame, or an interval that keeps every version';

/**
 * Parses a retention policy (a month is 30 days, a year 365). The interval must be shorter than its frame.
 * Throws `UnacceptedValue`.
 */
export function parseRetentionRules(text: string): readonly RetentionRule[] {
  return text.split(',').map((pair) => {
    const [frame, interval, ...more] = pair.split(':').map((part) => part.trim());
    if (frame === undefined || interval === undefined || more.length > 0) throw new UnacceptedValue(ACCEPTED);
    const rule = {
      frameMs: isUnlimited(frame) ? Number.POSITIVE_INFINITY : spanOf(frame),
      intervalMs: isUnlimited(interval) ? 0 : spanOf(interval),
    };
    if (rule.intervalMs > 0 && rule.intervalMs >= rule.frameMs)
      throw new UnacceptedValue(`${ACCEPTED}; each interval shorter than its frame`);
    return rule;
  });
}

function isUnlimited(text: string): boolean {
  return text.toUpperCase() === 'U';
}

function spanOf(text: string): number {
  const spanMs = parseDuration(text);
  if (spanMs < 0) throw new UnacceptedValue(ACCEPTED);
  return spanMs;
}
