import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../base/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, tellAbout, tellEvent } from '../context.ts';
import { endLeftovers } from '../process/end-leftovers.ts';

/**
 * Settles runs of a source that were killed: what they left running is ended; one whose folder has its name
 * already is a version, any other has failed. Call it with the source's lock held, so that no run of it is
 * alive.
 */
export async function settleEarlierRuns(source: Source, context: MirrorContext): Promise<void> {
  const { database, clock } = context;
  for (const run of database.runs.ofSource(source.id)) {
    if (run.state !== 'running') continue;
    const tell = tellAbout(context, { task: 'pull', sourceId: source.id, runId: run.id, name: source.name });
    const ended = await endLeftovers(run.token);
    if (ended > 0)
      tell(
        'warning',
        'pull-leftovers-ended',
        `Ended ${counted(ended, 'program')} that a killed run had left running.`,
      );
    if (isComplete(source, run)) {
      database.runs.note(run.id, { state: 'completed', endedMs: clock.now() });
      tell(
        'warning',
        'pull-died-complete',
        `The run was killed after its version ${run.folder} was complete.`,
      );
    } else {
      const message = 'The run was killed, or the machine went down.';
      database.runs.note(run.id, { state: 'failed', endedMs: clock.now(), message });
      tell('error', 'pull-died', `${message} Its step was: ${run.step ?? 'the first'}.`);
      tellEvent(source, context, {
        kind: 'pull-failed',
        source: source.name,
        destination: source.destination.name,
        step: run.step ?? '',
        message,
      });
    }
  }
}

function isComplete(source: Source, run: MirrorRun): boolean {
  return run.folder !== undefined && existsSync(join(source.folder, run.folder));
}
