import { createEmptyFolderFilter } from '../../../filters/index.ts';
import type { SourceError } from '../../../sources/index.ts';
import type { OperationContext } from '../../context.ts';
import type { BackupSettings } from '../backup-settings.ts';
import { addFailure, type BackupResult } from '../result.ts';
import type { FoundEntry } from './found-entry.ts';
import { StreamInsertion } from './insert-streams.ts';
import type { WalkNotes } from './walk-selected.ts';

/**
 * Takes in what a walk finds: puts the streams among it, leaves empty folders out, and tells what could not
 * be read.
 */
export class Intake {
  readonly notes: WalkNotes;
  readonly #streams: StreamInsertion;
  readonly #full: ReturnType<typeof createEmptyFolderFilter<FoundEntry>> | undefined;
  readonly #context: OperationContext;
  #filtered = 0;
  #stored = 0;

  constructor(
    { selection, streams }: Pick<BackupSettings, 'selection' | 'streams'>,
    result: BackupResult,
    context: OperationContext,
  ) {
    this.#streams = new StreamInsertion(streams);
    this.#full = selection.emptyFolders === 'drop' ? createEmptyFolderFilter<FoundEntry>() : undefined;
    this.#context = context;
    this.notes = {
      onTooLarge: () => {
        result.tooLargeFiles++;
      },
      onFiltered: () => {
        this.#filtered++;
      },
      onProblem: (problem) => reportProblem(problem, result, context),
    };
  }

  /** The next entries of the walk, as they are to be stored. */
  take(batch: readonly FoundEntry[]): readonly FoundEntry[] {
    return this.#choose(this.#streams.insert(batch));
  }

  /** What comes behind the last entry of the walk. */
  end(): readonly FoundEntry[] {
    const rest = this.#choose(this.#streams.rest());
    if (this.#filtered > 0 && this.#stored === 0 && !this.#context.control.isStopping())
      tellAllFiltered(this.#filtered, this.#context);
    return rest;
  }

  #choose(batch: readonly FoundEntry[]): readonly FoundEntry[] {
    const full = this.#full;
    const entries = full === undefined ? batch : batch.flatMap((entry) => full.push(entry));
    for (const entry of entries) if (!entry.isRoot) this.#stored++;
    return entries;
  }
}

function tellAllFiltered(filtered: number, { log }: OperationContext): void {
  const message = `The filters leave out all ${filtered} entries that the sources hold. See with the command test-filters which rule does.`;
  log.write('warning', 'filter-excludes-all', message);
}

function reportProblem(problem: SourceError, result: BackupResult, context: OperationContext): void {
  if (problem.code === 'source-vanished') {
    context.log.write('verbose', problem.code, problem.message);
    return;
  }
  addFailure(result, String(problem.details['path'] ?? ''));
  context.log.write('warning', problem.code, problem.message);
}
