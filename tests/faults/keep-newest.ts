import type { Engine } from '../support/engine.ts';
import type { History } from '../support/history.ts';
import { versionTimes } from '../support/oracle.ts';

/**
 * Deletes all but the newest versions, in the model too, and leaves the blocks that no version needs any
 * more. Keeps long suites as quick at the end as at the start.
 */
export async function keepNewest(
  { engine, history }: { readonly engine: Engine; readonly history: History },
  count: number,
): Promise<void> {
  const times = await versionTimes(engine);
  if (times.length <= count) return;
  await engine.delete({ options: [`--keep-versions=${count}`, '--no-auto-compact=true'] });
  const left = new Set(await versionTimes(engine));
  history.forget(new Set(times.filter((time) => !left.has(time))));
}
