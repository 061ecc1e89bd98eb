import { lstatSync } from 'node:fs';
import { errorMessage } from '../../base/index.ts';
import { type Compared, ENTRY_FLAGS, RESTORE_KINDS } from '../../pipeline/index.ts';
import type { TargetGuard } from '../../sources/index.ts';
import {
  type CompareWork,
  compareFiles,
  dropPresent,
  type FileToCompare,
  isSame,
  setUnchanged,
} from './compare-files.ts';
import type { Faults } from './faults.ts';
import { MOST_NAMES, otherName } from './other-name.ts';
import { absolute, type TakenPlace } from './prepare-target.ts';

export interface TakenSettings {
  readonly guard: TargetGuard;
  readonly faults: Faults;
  readonly overwrite: boolean;
  /** Time of the version, for names. */
  readonly versionTime: Date;
}

/**
 * Decides about entries in whose place something stands (operations 4.3, 4.5): a file with the right content
 * stays; another one is changed or replaced with `overwrite`; without, the entry gets another name. Returns
 * the entries with another name, and their path below the root before.
 */
export async function resolveTaken(
  work: CompareWork,
  taken: readonly TakenPlace[],
  settings: TakenSettings,
): Promise<ReadonlyMap<number, string>> {
  const resolver = new Resolver(work, settings);
  let files = resolver.sort(taken);
  for (let attempt = 0; files.length > 0; attempt++) {
    const different = await resolver.compare(files);
    files = resolver.rename(different, attempt);
  }
  return resolver.originals;
}

class Resolver {
  readonly #work: CompareWork;
  readonly #settings: TakenSettings;
  /** The first path of entries that were given another. */
  readonly originals = new Map<number, string>();
  /** How many names the file has that stands in the place of an entry. */
  readonly #links = new Map<number, number>();
  /** New names, so that no two entries get the same. */
  readonly #given = new Set<string>();

  constructor(work: CompareWork, settings: TakenSettings) {
    this.#work = work;
    this.#settings = settings;
  }

  /** The files to compare. What is no file is cleared away, or its entry renamed, at once. */
  sort(taken: readonly TakenPlace[]): FileToCompare[] {
    const toCompare: FileToCompare[] = [];
    const toRename: number[] = [];
    for (const { entry, stat } of taken) {
      this.#links.set(entry, stat.nlink);
      const isFile = stat.isFile() && this.#work.table.kind[entry] === RESTORE_KINDS.file;
      if (isFile) toCompare.push({ entry, path: this.#pathOf(entry) });
      else if (this.#settings.overwrite) this.#clear(entry);
      else toRename.push(entry);
    }
    return [...toCompare, ...this.rename(toRename, 0)];
  }

  /** The entries whose file differs and must not be changed. */
  async compare(files: readonly FileToCompare[]): Promise<number[]> {
    const different: number[] = [];
    await compareFiles(this.#work, files, 'look', (compared) => {
      if (isSame(this.#work.table, compared)) setUnchanged(this.#work, compared);
      else if (this.#settings.overwrite) this.#replace(compared);
      else different.push(compared.entry);
    });
    return different;
  }

  /** Gives entries another name, and returns those whose new name is taken by a file too. */
  rename(entries: readonly number[], firstAttempt: number): FileToCompare[] {
    const taken: FileToCompare[] = [];
    for (const entry of entries) {
      const path = this.#rename(entry, firstAttempt);
      if (path !== undefined) taken.push({ entry, path });
    }
    return taken;
  }

  /** The new path where a file lies there already, to be compared; `undefined` where the entry is settled. */
  #rename(entry: number, firstAttempt: number): string | undefined {
    const { table } = this.#work;
    const { guard, faults, versionTime } = this.#settings;
    const original = this.originals.get(entry) ?? table.path(entry).replace(/\/$/, '');
    this.originals.set(entry, original);
    for (let attempt = firstAttempt; attempt < MOST_NAMES; attempt++) {
      const name = otherName(original, versionTime, attempt);
      if (this.#given.has(name)) continue;
      const stat = lstatSync(guard.resolve(absolute(guard, name)), { throwIfNoEntry: false });
      if (stat !== undefined && !(stat.isFile() && table.kind[entry] === RESTORE_KINDS.file)) continue;
      this.#given.add(name);
      table.setPath(entry, name);
      return stat === undefined ? undefined : absolute(guard, name);
    }
    faults.add(entry, `another file has its name, and so have all of ${MOST_NAMES} others`);
    return undefined;
  }

  /** Changes a file in its place, unless it has other names that must keep their content. */
  #replace(compared: Compared): void {
    const { entry } = compared;
    if ((this.#links.get(entry) ?? 1) > 1) {
      this.#clear(entry);
      return;
    }
    this.#work.table.setFlag(entry, ENTRY_FLAGS.patch);
    dropPresent(this.#work, compared);
  }

  #clear(entry: number): void {
    try {
      this.#settings.guard.clear(this.#pathOf(entry));
    } catch (error) {
      this.#settings.faults.add(entry, errorMessage(error));
    }
  }

  #pathOf(entry: number): string {
    return absolute(this.#settings.guard, this.#work.table.path(entry));
  }
}
