import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeOnePercent } from './change.ts';
import type { Corpus } from './corpus.ts';
import { folderBytes } from './folder-bytes.ts';
import { type Command, type Measurement, measure } from './measure.ts';
import type { Places, Tool } from './tools.ts';

/** In the work folder: what was restored. */
export const TARGETS_FOLDER = 'targets';

export const STEPS = ['first backup', 'nothing changed', '1 % changed', 'restore of everything'] as const;
export type Step = (typeof STEPS)[number];

/** What one tool did in one round. */
export interface RoundResult {
  readonly steps: Readonly<Record<Step, Measurement>>;
  /** At the destination after the first backup. */
  readonly storedBytes: number;
}

export interface RoundSettings {
  readonly workFolder: string;
  readonly cache: 'warm' | 'cold';
  /** Whether the restored files are compared with the source afterwards. */
  readonly isChecked: boolean;
}

/** Takes one tool through all steps with a new repository. The corpus is the same before and after. */
export async function runRound(tool: Tool, corpus: Corpus, settings: RoundSettings): Promise<RoundResult> {
  const places = makePlaces(corpus, settings.workFolder);
  const step = async (command: Command) => {
    settle(settings.cache);
    return measure(command);
  };
  const preparation = tool.prepare(places);
  if (preparation !== undefined) await measure(preparation);
  const first = await step(tool.backup(places, 'first'));
  const storedBytes = folderBytes(places.repository);
  const unchanged = await step(tool.backup(places, 'unchanged'));
  const takeBack = changeOnePercent(corpus.folder);
  try {
    const changed = await step(tool.backup(places, 'changed'));
    const restore = await step(tool.restore(places, 'changed'));
    if (settings.isChecked) checkRestored(corpus.folder, tool.restored(places));
    return {
      steps: {
        'first backup': first,
        'nothing changed': unchanged,
        '1 % changed': changed,
        'restore of everything': restore,
      },
      storedBytes,
    };
  } finally {
    takeBack();
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

/** Targets stay until the end of the benchmark: for minutes after many files were removed, ext4 searches long for the inode of each new file. */
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
