import { lstatSync, type Stats } from 'node:fs';
import { errorMessage } from '../../base/index.ts';
import { RESTORE_KINDS, type RestoreTable } from '../../pipeline/index.ts';
import { TargetGuard } from '../../sources/index.ts';
import type { Faults } from './faults.ts';
import type { TargetPlan } from './target-paths.ts';

/** The target with all its folders, and the files that stand where entries are to be. */
export interface PreparedTarget {
  readonly guard: TargetGuard;
  readonly existingLinks: 'refuse' | 'follow';
  /** Entries in whose place something stands that is not simply taken over. */
  readonly taken: readonly TakenPlace[];
}

export interface TakenPlace {
  readonly entry: number;
  readonly stat: Stats;
}

export interface TargetInput {
  readonly table: RestoreTable;
  readonly faults: Faults;
  readonly target: TargetPlan;
  /** Whether the user chose the target folder, or it is where the entries came from. */
  readonly place: 'chosen' | 'original';
  /** `expect`: nothing is made; folders that are missing hold nothing. */
  readonly folders: 'make' | 'expect';
  /** Whether something else in the place of a folder may be removed. */
  readonly overwrite: boolean;
}

/**
 * Makes all folders, parents first, and looks at what stands in the place of files and links. In folders that
 * were made just now there is nothing to look at.
 */
export function prepareTarget(input: TargetInput): PreparedTarget {
  const { table, faults } = input;
  const existingLinks = input.place === 'chosen' ? 'refuse' : 'follow';
  const guard = new TargetGuard(input.target.root, { existingLinks });
  if (existingLinks === 'follow') noteLinks(guard, table);
  const places = new Places(guard, input);
  const taken: TakenPlace[] = [];
  for (let entry = 0; entry < table.count; entry++) {
    try {
      const path = table.path(entry);
      if (table.kind[entry] === RESTORE_KINDS.folder) places.enterFolder(path);
      else {
        const stat = places.look(path);
        if (stat !== undefined && !isTakenOver(table, entry, stat)) taken.push({ entry, stat });
      }
    } catch (error) {
      faults.add(entry, errorMessage(error));
    }
  }
  return { guard, existingLinks, taken };
}

function noteLinks(guard: TargetGuard, table: RestoreTable): void {
  for (let entry = 0; entry < table.count; entry++) {
    if (table.kind[entry] === RESTORE_KINDS.symlink) guard.noteLink(absolute(guard, table.path(entry)));
  }
}

/** Links are compared and replaced when they are made; a pipe or device is when an empty entry turns out to be one. */
function isTakenOver(table: RestoreTable, entry: number, stat: Stats): boolean {
  if (table.kind[entry] === RESTORE_KINDS.symlink) return stat.isSymbolicLink();
  const isSpecial = !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink());
  return isSpecial && table.sizeBytes[entry] === 0;
}

/** Which folders held something before. */
class Places {
  readonly #guard: TargetGuard;
  readonly #input: TargetInput;
  /** Folders by their path below the root, `''` the root itself: true where they were there before. */
  readonly #known = new Map<string, boolean>();

  constructor(guard: TargetGuard, input: TargetInput) {
    this.#guard = guard;
    this.#input = input;
  }

  enterFolder(path: string): void {
    this.#enter(path.endsWith('/') ? path.slice(0, -1) : path);
  }

  /** What stands in the place of a file or link. */
  look(path: string): Stats | undefined {
    const name = path.endsWith('/') ? path.slice(0, -1) : path;
    if (!this.#enter(name.slice(0, Math.max(0, name.lastIndexOf('/'))))) return undefined;
    return lstatSync(this.#guard.resolve(absolute(this.#guard, name)), { throwIfNoEntry: false });
  }

  /** True where the folder was there before; made else. */
  #enter(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const wasThere = this.#wasParentThere(folder) && this.#isFolder(folder);
    if (this.#input.folders === 'make') this.#guard.ensureFolder(absolute(this.#guard, folder));
    this.#known.set(folder, wasThere);
    return wasThere;
  }

  #wasParentThere(folder: string): boolean {
    return folder === '' || this.#enter(folder.slice(0, Math.max(0, folder.lastIndexOf('/'))));
  }

  #isFolder(folder: string): boolean {
    const path = absolute(this.#guard, folder);
    const stat = lstatSync(this.#guard.resolve(path), { throwIfNoEntry: false });
    if (stat === undefined) return false;
    const isInTheWay = folder !== '' && !(stat.isDirectory() || stat.isSymbolicLink());
    if (isInTheWay && this.#input.overwrite && this.#input.folders === 'make') this.#guard.clear(path);
    return !isInTheWay;
  }
}

/** The path for file calls of an entry's path below the root. */
export function absolute(guard: Pick<TargetGuard, 'root'>, path: string): string {
  if (path === '') return guard.root;
  return guard.root === '/' ? `/${path}` : `${guard.root}/${path}`;
}
