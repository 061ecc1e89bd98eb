import { errorMessage } from '../../base/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { resolveFields } from '../configuration/effective.ts';
import type { MirrorContext } from '../context.ts';
import { isSourceHeld, trySlot } from '../locks.ts';
import type { PullParts } from '../run/pull-job.ts';
import { busyOutcome, type PullOutcome, pullSource } from '../run/pull-source.ts';

/** How long to wait before another process is asked again for a free place. */
const PATIENCE_MS = 1000;

/**
 * Pulls sources, as many at once as the limits allow: in all, for each host, for each destination, counted
 * over all processes of this machine. Each ends for itself; a stop lets those that run end and begins no
 * other; an abort ends all and is thrown.
 */
export async function pullSources(
  sources: readonly Source[],
  parts: PullParts,
  context: MirrorContext,
): Promise<PullOutcome[]> {
  let waiting = [...sources];
  const outcomes: PullOutcome[] = [];
  const running = new Set<Promise<void>>();
  /** True when the source is dealt with; false while it has to wait for a place. */
  const tryBegin = (source: Source): boolean => {
    const slots = takeSlots(source, parts, context);
    if (slots === undefined) {
      // What takes the place that it waits for may be a run of its own.
      const isHeld = isSourceHeld(context.tools.stateFolder, source.id);
      if (isHeld) outcomes.push(busyOutcome(source));
      return isHeld;
    }
    const work: Promise<void> = pullInSlots(source, slots, parts, context)
      .then((outcome) => void outcomes.push(outcome))
      .finally(() => running.delete(work));
    running.add(work);
    return true;
  };
  while (waiting.length > 0 || running.size > 0) {
    if (context.signal.aborted) break;
    waiting = context.isStopping() ? [] : waiting.filter((source) => !tryBegin(source));
    if (waiting.length > 0 || running.size > 0) await firstOf(running);
  }
  await Promise.allSettled(running);
  context.signal.throwIfAborted();
  return outcomes;
}

async function pullInSlots(
  source: Source,
  slots: Disposable,
  parts: PullParts,
  context: MirrorContext,
): Promise<PullOutcome> {
  using _ = slots;
  try {
    return await pullSource(source, parts, context);
  } catch (error) {
    // One source that fails in a way nobody thought of must not end the others.
    if (!context.signal.aborted)
      context.log.write('error', 'pull-broken', `${source.name}: ${errorMessage(error)}`);
    return { source: source.name, state: 'failed', run: undefined, step: undefined, error };
  }
}

function takeSlots(
  { settings, destination }: Source,
  { configuration }: PullParts,
  { tools }: MirrorContext,
): Disposable | undefined {
  const defaults = resolveFields({ defaults: configuration.defaults() });
  const host = Buffer.from(settings.get('host')).toString('base64url');
  const wanted: readonly (readonly [string, number])[] = [
    ['all', defaults.get('parallel')],
    [`destination-${destination.id}`, destination.settings.get('parallel-per-destination')],
    [`host-${host}`, defaults.get('parallel-per-host')],
  ];
  const stack = new DisposableStack();
  for (const [name, count] of wanted) {
    const slot = trySlot(tools.stateFolder, name, count);
    if (slot === undefined) {
      stack.dispose();
      return undefined;
    }
    stack.use(slot);
  }
  return stack;
}

/** Resolves when a run ends; places of other processes are looked at again after a while. */
async function firstOf(running: ReadonlySet<Promise<void>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([...running, patience]);
  clearTimeout(timer);
}
