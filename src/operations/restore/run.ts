import { rmSync } from 'node:fs';
import { BackupError, limitHeapGrowth, shrinkHeap } from '../../base/index.ts';
import { placeKeptMetadata, RestoreCrew, type RestoreWorkerData } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { applyTarget } from './apply-target.ts';
import { type BlockPlan, countUses, enterPlaces, everyBlock, planBlocks } from './block-plan.ts';
import { dryRun } from './dry-run.ts';
import { findCopies } from './find-copies.ts';
import {
  completeFiles,
  type FinishWork,
  finishLinksAndFolders,
  flagHardLinks,
  joinHardLinks,
  removeUnfinished,
  repeatTwins,
  settleLost,
} from './finish-entries.ts';
import { followLargeFiles } from './follow-large-files.ts';
import { copyLocalBlocks } from './local-blocks.ts';
import { dropUses, planTwins, readyFiles } from './plan.ts';
import { absolute, type PreparedTarget, prepareTarget } from './prepare-target.ts';
import { RestoreProgress } from './progress.ts';
import { resolveTaken } from './resolve-taken.ts';
import { restoreVolumes, storedVolumes, type VolumeRound } from './restore-volumes.ts';
import type { RestoreResult } from './result.ts';
import type { RestoreSettings } from './settings.ts';
import { summarize } from './summarize.ts';
import { type Survey, surveyVersion } from './survey.ts';
import type { TargetPlan } from './target-paths.ts';
import type { Twins } from './twins.ts';

/**
 * Restores entries of one version, volume by volume: each needed volume is fetched once, and its blocks go to
 * every file that needs them. A file that cannot be completed is left out and named in the result, all others
 * are restored. Throws `nothing-to-restore`, `restore-path-missing`, `restore-target-failed`, and what the
 * destination throws when it is out of reach. After an abort no file is left half written.
 */
export async function runRestore(
  opened: OpenedBackup,
  settings: RestoreSettings,
  context: OperationContext,
): Promise<RestoreResult> {
  report(context, 'planning');
  const survey = surveyVersion(opened.database, settings, opened.format);
  checkSelection(survey, settings, context);
  const target = applyTarget(survey, settings);
  if (settings.dryRun) return dryRun(survey, target, context);
  return new Restore(opened, settings, context, { survey, target }).run();
}

/** One restore under way. */
class Restore {
  readonly #opened: OpenedBackup;
  readonly #settings: RestoreSettings;
  readonly #context: OperationContext;
  readonly #survey: Survey;
  readonly #target: TargetPlan;
  readonly #progress: RestoreProgress;
  readonly #dropped: Uint8Array;
  readonly #keptMetadataPath: string;

  constructor(
    opened: OpenedBackup,
    settings: RestoreSettings,
    context: OperationContext,
    plan: { readonly survey: Survey; readonly target: TargetPlan },
  ) {
    const { survey } = plan;
    this.#opened = opened;
    this.#settings = settings;
    this.#context = context;
    this.#survey = survey;
    this.#target = plan.target;
    this.#progress = new RestoreProgress(survey.table, survey.faults, context, survey.sizeBytes);
    this.#dropped = new Uint8Array(survey.uses.blocks.length);
    this.#keptMetadataPath = opened.temporary.newPath('metadata');
  }

  async run(): Promise<RestoreResult> {
    const { table, faults } = this.#survey;
    const prepared = prepareTarget({
      table,
      faults,
      target: this.#target,
      place: this.#settings.restorePath === undefined ? 'original' : 'chosen',
      folders: 'make',
      overwrite: this.#settings.overwrite,
    });
    const replaced = await this.#resolveTaken(prepared);
    const isTaken = new Set(prepared.taken.map(({ entry }) => entry));
    const twins = planTwins(this.#survey, this.#dropped, (entry) => !isTaken.has(entry));
    for (const [entry] of faults.all()) dropUses(this.#survey.uses, this.#dropped, entry);
    const plan = this.#planBlocks();
    shrinkHeap();
    let round: VolumeRound;
    try {
      round = await this.#act(prepared, { plan, twins, replaced });
    } finally {
      removeUnfinished(table, prepared.guard, faults);
      rmSync(this.#keptMetadataPath, { force: true });
    }
    const brokenVolumes = Array.from(round.broken, ([name, reason]) => ({ name, reason }));
    return summarize(this.#survey, prepared.guard.root, {
      progress: this.#progress,
      brokenVolumes,
      renamed: replaced.keys(),
    });
  }

  async #act(
    prepared: PreparedTarget,
    plans: {
      readonly plan: BlockPlan;
      readonly twins: Twins;
      readonly replaced: ReadonlyMap<number, string>;
    },
  ): Promise<VolumeRound> {
    const { plan, twins } = plans;
    using _ = limitHeapGrowth();
    await using crew = this.#startCrew(prepared);
    const work = this.#finishWork(crew);
    await completeFiles(work, readyFiles(this.#survey, twins));
    if (this.#settings.withLocalBlocks) {
      await copyLocalBlocks(this.#compareWork(crew), {
        prefix: this.#target.prefix,
        root: prepared.guard.root,
        replaced: plans.replaced,
        mayCopy: (entry) => (this.#survey.table.remaining[entry] ?? 0) > 0,
      });
    }
    const round = await this.#restoreVolumes(crew, plan);
    await completeFiles(work, settleLost(work, plan, round.failed));
    await joinHardLinks(work, this.#survey.content);
    await repeatTwins(work, twins);
    await flagHardLinks(work);
    await finishLinksAndFolders(work);
    return round;
  }

  /** Every volume once; then, for blocks that could not be had, volumes with copies of them. */
  async #restoreVolumes(crew: RestoreCrew, plan: BlockPlan): Promise<VolumeRound> {
    const volumes = storedVolumes(this.#opened.database.volumes.all());
    const work = {
      opened: this.#opened,
      crew,
      plan,
      volumes,
      workers: this.#settings.workers,
      context: this.#context,
      onVolume: this.#progress.enterVolume,
    };
    const whole: VolumeRound = { failed: new Map(), broken: new Map() };
    for (let blocks = everyBlock(plan); ; ) {
      const round = await restoreVolumes(work, blocks);
      for (const [name, reason] of round.broken) whole.broken.set(name, reason);
      for (const [id, { name }] of volumes) if (round.broken.has(name)) volumes.delete(id);
      const copies = findCopies(this.#opened.database, plan, round.failed.keys(), volumes);
      for (const block of copies) round.failed.delete(block);
      for (const [block, volume] of round.failed) whole.failed.set(block, volume);
      if (copies.length === 0) return whole;
      blocks = Uint32Array.from(copies);
    }
  }

  /** Compares what stands at the target, before the plan is made: what is right already needs no volume. */
  async #resolveTaken(prepared: PreparedTarget): Promise<ReadonlyMap<number, string>> {
    const { guard, taken } = prepared;
    if (taken.length === 0) return new Map();
    await using crew = this.#startCrew(prepared);
    const originals = await resolveTaken(this.#compareWork(crew), taken, {
      guard,
      faults: this.#survey.faults,
      overwrite: this.#settings.overwrite,
      versionTime: this.#versionTime(),
    });
    return new Map(Array.from(originals, ([entry, path]) => [entry, absolute(guard, path)]));
  }

  #planBlocks(): BlockPlan {
    const plan = planBlocks(this.#survey.uses, this.#dropped);
    enterPlaces(plan, this.#opened.database.blocks.placesAmong(plan.ids));
    countUses(plan, this.#survey.table);
    const { skipVerification, workers } = this.#settings;
    // Who allows one thread does not get two.
    if (!skipVerification && workers > 1) followLargeFiles(this.#survey.table, this.#opened.format);
    return plan;
  }

  #versionTime(): Date {
    const version = this.#opened.database.filesets.versions().find(({ seq }) => seq === this.#settings.seq);
    return new Date((version?.timestamp ?? 0) * 1000);
  }

  #startCrew(prepared: PreparedTarget): RestoreCrew {
    const { restorePermissions, restoreSymlinkMetadata, skipMetadata, skipVerification } = this.#settings;
    const usual = restorePermissions ? 'permissions' : 'usual';
    const data: RestoreWorkerData = {
      table: this.#survey.table.memory,
      root: prepared.guard.root,
      existingLinks: prepared.existingLinks,
      format: this.#opened.format,
      keys: this.#opened.keys,
      rules: {
        metadata: skipMetadata ? 'none' : usual,
        symlinkMetadata: restoreSymlinkMetadata ? 'apply' : 'skip',
        verify: skipVerification ? 'blocks' : 'files',
      },
      folder: this.#opened.temporary.path,
      keptMetadata: { memory: placeKeptMetadata(this.#survey.table), path: this.#keptMetadataPath },
    };
    return new RestoreCrew({ data, workers: this.#settings.workers, onTally: this.#progress.add });
  }

  #finishWork(crew: RestoreCrew): FinishWork {
    const { table, faults } = this.#survey;
    const { signal } = this.#context.control;
    return { crew, table, faults, progress: this.#progress, workers: this.#settings.workers, signal };
  }

  #compareWork(crew: RestoreCrew) {
    const { table, uses } = this.#survey;
    return {
      opened: this.#opened,
      crew,
      table,
      uses,
      dropped: this.#dropped,
      workers: this.#settings.workers,
      context: this.#context,
    };
  }
}

function checkSelection(survey: Survey, settings: RestoreSettings, context: OperationContext): void {
  for (const path of survey.notFound) {
    context.log.write('warning', 'path-not-in-version', `'${path}' is not in this version.`);
  }
  for (const { path, reason } of survey.refused) {
    context.log.write('warning', 'path-refused', `'${path}' is not restored: ${reason}.`);
  }
  if (survey.table.count > 0) return;
  throw new BackupError('nothing-to-restore', 'Nothing of this version matches what is to be restored.', {
    details: { paths: settings.selection.literals },
    hint: 'List what the version holds with the command list, and compare the spelling.',
  });
}

function report(context: OperationContext, phase: 'planning'): void {
  context.report({
    phase,
    filesDone: 0,
    filesTotal: undefined,
    bytesDone: 0,
    bytesTotal: undefined,
    current: undefined,
  });
}
