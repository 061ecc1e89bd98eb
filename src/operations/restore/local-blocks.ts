import { ENTRY_FLAGS, RESTORE_KINDS, type RestoreTable } from '../../pipeline/index.ts';
import { type CompareWork, compareFiles, type FileToCompare } from './compare-files.ts';

export interface LocalSources {
  /** What the paths of the table lost at their start: with it they are where the entries came from. */
  readonly prefix: string;
  /** Absolute paths of files at the target that the entries were to replace. */
  readonly replaced: ReadonlyMap<number, string>;
  /** Absolute folder that the entries are restored below. */
  readonly root: string;
  readonly mayCopy: (entry: number) => boolean;
}

/** Copies blocks that lie in files of this machine, so that they need not be fetched. */
export async function copyLocalBlocks(work: CompareWork, sources: LocalSources): Promise<void> {
  const nothing = () => {};
  await compareFiles(work, replacedFiles(sources), 'copy', nothing);
  await compareFiles(work, originalFiles(work.table, sources), 'copy', nothing);
}

function* replacedFiles({ replaced, mayCopy }: LocalSources): Generator<FileToCompare> {
  for (const [entry, path] of replaced) if (mayCopy(entry)) yield { entry, path };
}

function* originalFiles(
  table: RestoreTable,
  { prefix, root, mayCopy }: LocalSources,
): Generator<FileToCompare> {
  // Paths of another system are nowhere here.
  if (!prefix.startsWith('/') || prefix === `${root}/`) return;
  for (let entry = 0; entry < table.count; entry++) {
    const isWanted = table.kind[entry] === RESTORE_KINDS.file && table.sizeBytes[entry] !== 0;
    if (!isWanted || table.hasFlag(entry, ENTRY_FLAGS.unchanged) || !mayCopy(entry)) continue;
    yield { entry, path: prefix + table.path(entry) };
  }
}
