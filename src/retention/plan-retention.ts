/** A version of a backup, as retention sees it. */
export interface RetainedVersion {
  readonly timeMs: number;
  /** False for the partial version that an interrupted or stopped run left. */
  readonly isFull: boolean;
}

export interface RetentionPolicy {
  /** Versions to delete by number, 0 the newest. Numbers beyond the last version mean nothing. */
  readonly versions?: readonly number[];
  /** Delete what is older than this time (now less the span that was asked for). */
  readonly keepSinceMs?: number;
  /** Take `keepSinceMs` exactly, instead of 1 % of the span, at most an hour, earlier. */
  readonly isExact?: boolean;
  /** Keep so many full versions; 0 or less keeps all. */
  readonly keepVersions?: number;
  /** Thin out by age; an infinite frame has no end, an interval of 0 keeps every version. */
  readonly rules?: readonly { readonly frameMs: number; readonly intervalMs: number }[];
  /** Let the last version go too. */
  readonly allowFullRemoval?: boolean;
}

export type RetentionReason =
  /** Nothing asks for its deletion. */
  | 'not-affected'
  /** It is the only one left, and the last version stays. */
  | 'last-version'
  /** Deleted: asked for by number. */
  | 'chosen'
  /** Deleted: older than the time to keep. */
  | 'too-old'
  /** Deleted: there are enough newer versions. */
  | 'surplus'
  /** Deleted: too close to a version that is kept in the same frame. */
  | 'thinned-out'
  /** Deleted: older than every frame. */
  | 'outside-all-frames';

export interface RetentionDecision {
  readonly index: number;
  readonly action: 'keep' | 'delete';
  readonly reason: RetentionReason;
}

/** Index of a version and why it goes. */
type Removals = ReadonlyMap<number, RetentionReason>;

const HOUR_MS = 3_600_000;

/**
 * Says for each version whether it stays. `versions` come newest first. (Rules: those of Duplicati; each of
 * explicit numbers, age and frames looks at all versions, the count at those that are left by then.) When
 * nothing would be left, the newest stays unless full removal is allowed.
 */
export function planRetention(
  versions: readonly RetainedVersion[],
  policy: RetentionPolicy,
  nowMs: number,
): readonly RetentionDecision[] {
  const removed = new Map<number, RetentionReason>([
    ...removeByFrames(versions, policy, nowMs),
    ...removeByAge(versions, policy, nowMs),
    ...removeByNumber(versions, policy),
  ]);
  for (const [index, reason] of removeByCount(versions, policy, removed)) removed.set(index, reason);
  const keepsNewest = removed.size === versions.length && policy.allowFullRemoval !== true;
  return versions.map((_, index) => {
    const reason = removed.get(index);
    if (reason === undefined) return { index, action: 'keep', reason: 'not-affected' };
    if (index === 0 && keepsNewest) return { index, action: 'keep', reason: 'last-version' };
    return { index, action: 'delete', reason };
  });
}

function removeByNumber(
  versions: readonly RetainedVersion[],
  { versions: chosen = [] }: RetentionPolicy,
): Removals {
  return new Map(
    chosen.filter((index) => index >= 0 && index < versions.length).map((index) => [index, 'chosen']),
  );
}

/** Keeps up to the threshold, and on to the newest full version; everything behind the first one that goes, goes. */
function removeByAge(
  versions: readonly RetainedVersion[],
  { keepSinceMs, isExact = false }: RetentionPolicy,
  nowMs: number,
): Removals {
  const removed = new Map<number, RetentionReason>();
  if (keepSinceMs === undefined) return removed;
  const tolerance = isExact ? 0 : Math.min((nowMs - keepSinceMs) / 100, HOUR_MS);
  let hasFull = false;
  for (const [index, { timeMs, isFull }] of versions.entries()) {
    if (removed.size > 0 || (timeMs < keepSinceMs - tolerance && hasFull)) removed.set(index, 'too-old');
    else hasFull ||= isFull;
  }
  return removed;
}

/**
 * Keeps the newest full versions and the partial ones before the first of them; partial ones between kept
 * full ones go.
 */
function removeByCount(
  versions: readonly RetainedVersion[],
  { keepVersions = 0 }: RetentionPolicy,
  gone: Removals,
): Removals {
  const removed = new Map<number, RetentionReason>();
  const left = versions
    .map((version, index) => ({ ...version, index }))
    .filter(({ index }) => !gone.has(index));
  if (keepVersions <= 0 || keepVersions >= left.length) return removed;
  const firstFull = left.findIndex(({ isFull }) => isFull);
  let keptFull = 0;
  let between: number[] = [];
  for (const { index, isFull } of firstFull < 0 ? [] : left.slice(firstFull)) {
    if (keptFull === keepVersions) removed.set(index, 'surplus');
    else if (isFull) {
      keptFull++;
      for (const partial of between) removed.set(partial, 'surplus');
      between = [];
    } else between.push(index);
  }
  return removed;
}

type NumberedVersion = RetainedVersion & { readonly index: number };

/**
 * Thins out by age. The newest version stands apart: it goes only when full removal is allowed and it is
 * older than every frame.
 */
function removeByFrames(
  versions: readonly RetainedVersion[],
  { rules = [], allowFullRemoval = false }: RetentionPolicy,
  nowMs: number,
): Removals {
  const removed = new Map<number, RetentionReason>();
  if (rules.length === 0) return removed;
  let rest: readonly NumberedVersion[] = versions.map((version, index) => ({ ...version, index })).slice(1);
  const byFrame = [...rules].sort((a, b) => a.frameMs - b.frameMs);
  for (const { frameMs, intervalMs } of byFrame) {
    const bucket = rest.filter(({ timeMs }) => timeMs >= nowMs - frameMs);
    rest = rest.filter(({ timeMs }) => timeMs < nowMs - frameMs);
    for (const index of thinOut(bucket.reverse(), intervalMs)) removed.set(index, 'thinned-out');
  }
  for (const { index } of rest) removed.set(index, 'outside-all-frames');
  const [newest] = versions;
  const isNewestOutside =
    newest !== undefined && byFrame.every(({ frameMs }) => newest.timeMs < nowMs - frameMs);
  if (allowFullRemoval && isNewestOutside) removed.set(0, 'outside-all-frames');
  return removed;
}

/**
 * The full versions, given oldest first, that follow a kept full one too closely. Partial ones stay and do
 * not count.
 */
function thinOut(bucket: readonly NumberedVersion[], intervalMs: number): readonly number[] {
  const close: number[] = [];
  let lastKeptMs = Number.NEGATIVE_INFINITY;
  for (const { index, timeMs } of bucket.filter(({ isFull }) => isFull)) {
    if (intervalMs === 0 || timeMs - lastKeptMs >= intervalMs) lastKeptMs = timeMs;
    else close.push(index);
  }
  return close;
}
