import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Changes } from './change.ts';
import type { Corpus } from './corpus.ts';
import { folderBytes } from './folder-bytes.ts';
import { type Measurement, measure } from './measure.ts';
import type { Step } from './plans.ts';
import type { Places, Tool } from './tools/tool.ts';

/** In the work folder: what was restored. */
export const TARGETS_FOLDER = 'targets';

/** What one tool did in one round: the steps that it has a command for, by name. */
export interface RoundResult {
  readonly steps: ReadonlyMap<string, Measurement>;
  /** At the destination after each of these steps. */
  readonly storedBytes: ReadonlyMap<string, number>;
}

export interface RoundSettings {
  readonly plan: readonly Step[];
  readonly workFolder: string;
  readonly cache: 'warm' | 'cold';
  /** Whether the restored files are compared with the source afterwards. */
  readonly isChecked: boolean;
}

/** Takes one tool through all steps with a new repository. The corpus is the same before and after. */
export async function runRound(tool: Tool, corpus: Corpus, settings: RoundSettings): Promise<RoundResult> {
  const places = makePlaces(corpus, settings.workFolder);
  const preparation = tool.prepare(places);
  if (preparation !== undefined) await measure(preparation);
  const changes = new Changes();
  const steps = new Map<string, Measurement>();
  const storedBytes = new Map<string, number>();
  try {
    for (const step of settings.plan) {
      await step.before?.(tool, places, changes);
      const command = step.command(tool, places);
      if (command === undefined) continue;
      settle(settings.cache);
      steps.set(step.name, await measure(command));
      storedBytes.set(step.name, folderBytes(places.repository));
      if (settings.isChecked && step.isChecked === true) checkRestored(corpus.folder, tool.restored(places));
    }
    return { steps, storedBytes };
  } finally {
    changes.takeBack();
    for (const folder of [places.repository, places.home]) rmSync(folder, { recursive: true, force: true });
  }
}

function makePlaces(corpus: Corpus, workFolder: string): Places {
  const places = {
    source: corpus.folder,
    repository: join(workFolder, 'repository'),
    home: join(workFolder, 'home'),
    target: newTarget(workFolder),
  };
  for (const folder of [places.repository, places.home]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  return places;
}

/**
 * Targets of many files stay until the end of a corpus: for minutes after those were removed, ext4 searches
 * long for the inode of each new file.
 */
function newTarget(workFolder: string): string {
  const folder = join(workFolder, TARGETS_FOLDER);
  mkdirSync(folder, { recursive: true });
  return mkdtempSync(join(folder, 'target-'));
}

/** What an earlier step left unwritten would be paid for by the next one. */
function settle(cache: 'warm' | 'cold'): void {
  spawnSync('sync');
  if (cache === 'cold') writeFileSync('/proc/sys/vm/drop_caches', '3');
}

function checkRestored(source: string, restored: string): void {
  const run = spawnSync('diff', ['-rq', '--no-dereference', source, restored], { encoding: 'utf8' });
  if (run.status !== 0)
    throw new Error(`The restored files differ from the source:\n${run.stdout.slice(0, 2000)}`);
}
