import { lstatSync, statSync } from 'node:fs';
import { comparePaths, errorCode, toSystemPath } from '../base/index.ts';
import { reachablePath, type SystemPath } from '../base/native/index.ts';
import { type EntryKind, entryKind, withoutEndSeparator } from './entry-kind.ts';
import { readFolder } from './read-folder.ts';
import { type Relocation, relocate } from './relocation.ts';
import { SourceError, sourceError } from './source-error.ts';
import { systemPathOf } from './system-path.ts';

/** The fields of `lstat` that a backup looks at, as plain numbers. Times step by about 240 ns today. */
export interface SourceStat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface WalkedEntry {
  /** Folders end in `/`, and so do links to existing folders; nothing else does (storage format 2.8). */
  readonly path: string;
  /** The same without the `/`, for file calls while the walk stands at this entry. */
  readonly systemPath: SystemPath;
  readonly kind: EntryKind;
  /** True for a link, also where it is followed and `kind` and `stat` are those of its target. */
  readonly isLink: boolean;
  /** True for the sources that were asked for. */
  readonly isRoot: boolean;
  readonly stat: SourceStat;
  /** Where the content comes from an open stream instead of the path: its descriptor. */
  readonly descriptor?: number;
}

/** `traverse`: the folder itself is left out, but entered. An excluded folder is never entered. */
export type WalkDecision = 'include' | 'traverse' | 'exclude';

export interface WalkOptions {
  /** Asked once for each entry, in the order of the walk, roots too. */
  readonly accept: (entry: WalkedEntry) => WalkDecision;
  /** A part that cannot be walked is left out and reported here; codes `source-…`. */
  readonly onProblem: (problem: SourceError) => void;
  /** Folders that hold a file of such a name are left out as a whole; roots are not. */
  readonly ignoreFilenames?: readonly string[];
  /** Told of each folder that is left out for such a name, after it was accepted. */
  readonly onIgnored?: (folder: WalkedEntry) => void;
  /**
   * `follow`: links are taken for what they point to, and dangling ones reported as vanished. A root that is
   * a link to a folder is always followed.
   */
  readonly symlinks?: 'store' | 'follow';
  /** Parts that lie elsewhere than their paths say; file calls go there. */
  readonly relocations?: readonly Relocation[] | undefined;
  /** Ends the walk early, where it stands, once this is true. */
  readonly isStopping?: () => boolean;
}

/** Enough that the caller's work by batch costs nothing, few enough that memory stays small. */
const BATCH_ENTRIES = 1024;

const MISSING_IS_UNDEFINED = { throwIfNoEntry: false } as const;

/**
 * All entries below `roots` (absolute paths in any form, none inside another: see `prepareSources`), each
 * folder before its contents, in strict order of `comparePaths` over all batches: the order in which the
 * database keeps a version, so that both can be merged. Everything happens synchronously.
 */
export function* walk(roots: readonly string[], options: WalkOptions): Generator<readonly WalkedEntry[]> {
  const walker = new Walker(options);
  const named = roots.map(withoutEndSeparator).map((path) => walker.lookAtRoot(path));
  const found = named.filter((entry) => entry !== undefined);
  for (const root of found.sort((a, b) => comparePaths(a.path, b.path))) {
    if (options.isStopping?.() === true) return;
    yield* walker.walkRoot(root);
  }
}

/** A folder being walked: what it holds, sorted, and how far the walk got. */
interface Level {
  readonly folder: WalkedEntry;
  /** Names, folder-like ones with `/`, in the order of the walk. */
  readonly keys: readonly string[];
  /** True where file calls need bytes for some name of this folder. */
  readonly needsBytes: boolean;
  next: number;
}

class Walker {
  readonly #options: WalkOptions;
  readonly #follow: boolean;
  readonly #ignored: readonly string[];
  readonly #levels: Level[] = [];
  #batch: WalkedEntry[] = [];

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#follow = options.symlinks === 'follow';
    this.#ignored = options.ignoreFilenames ?? [];
  }

  lookAtRoot(name: string): WalkedEntry | undefined {
    const systemPath = systemPathOf(this.#locate(name));
    try {
      const own = lstatSync(systemPath);
      const isLink = own.isSymbolicLink();
      const target = isLink ? statSync(systemPath, MISSING_IS_UNDEFINED) : own;
      const isFolder = target?.isDirectory() === true;
      const stat = isFolder || this.#follow ? (target ?? own) : own;
      const path = isFolder && name !== '/' ? `${name}/` : name;
      return { path, systemPath, kind: entryKind(stat.mode), isLink, isRoot: true, stat };
    } catch (error) {
      const code = errorCode(error) === 'ENOENT' ? 'source-missing' : 'source-unreadable';
      this.#options.onProblem(sourceError(code, 'read the source', name, error));
      return undefined;
    }
  }

  *walkRoot(root: WalkedEntry): Generator<readonly WalkedEntry[]> {
    this.#visit(root);
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (this.#options.isStopping?.() === true) break;
      if (this.#batch.length >= BATCH_ENTRIES) yield this.#takeBatch();
      const key = level.keys[level.next];
      level.next += 1;
      if (key === undefined) this.#levels.pop();
      else {
        const entry = this.#lookAt(level, key);
        if (entry !== undefined) this.#visit(entry);
      }
    }
    if (this.#batch.length > 0) yield this.#takeBatch();
  }

  #takeBatch(): WalkedEntry[] {
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }

  #visit(entry: WalkedEntry): void {
    const decision = this.#options.accept(entry);
    if (decision === 'exclude') return;
    if (entry.kind === 'folder') {
      const level = this.#open(entry);
      if (!entry.isRoot && level !== undefined && this.#isIgnored(level)) {
        this.#options.onIgnored?.(entry);
        return;
      }
      if (level !== undefined) this.#levels.push(level);
    }
    if (decision === 'include') this.#batch.push(entry);
  }

  #isIgnored(level: Level): boolean {
    return this.#ignored.some((name) => level.keys.includes(name));
  }

  #open(folder: WalkedEntry): Level | undefined {
    if (this.#follow && folder.isLink && this.#isInside(folder)) {
      const message = `The link '${folder.path}' leads back to a folder it lies in; it is not followed.`;
      this.#report(new SourceError('source-link-cycle', message, { details: { path: folder.path } }));
      return undefined;
    }
    try {
      const { keys, needsBytes } = readFolder(folder.systemPath);
      return { folder, keys, needsBytes: needsBytes || typeof folder.systemPath !== 'string', next: 0 };
    } catch (error) {
      this.#report(sourceError(codeOf(error), 'list the folder', folder.path, error));
      return undefined;
    }
  }

  #isInside({ stat }: WalkedEntry): boolean {
    return this.#levels.some(({ folder }) => folder.stat.ino === stat.ino && folder.stat.dev === stat.dev);
  }

  #lookAt(level: Level, key: string): WalkedEntry | undefined {
    const path = level.folder.path + key;
    const isFolderLike = key.endsWith('/');
    const name = isFolderLike ? path.slice(0, -1) : path;
    const systemPath = reachablePath(
      level.needsBytes ? toSystemPath(this.#locate(name)) : this.#locate(name),
    );
    try {
      const own = lstatSync(systemPath, MISSING_IS_UNDEFINED);
      const isLink = own?.isSymbolicLink() === true;
      const stat = isLink && this.#follow ? statSync(systemPath, MISSING_IS_UNDEFINED) : own;
      const kind = stat === undefined ? undefined : entryKind(stat.mode);
      // What became a folder, or ceased to be one, since the folder was read would be out of order.
      if (stat === undefined || kind === undefined || !fits(kind, isFolderLike)) {
        this.#report(vanished(path));
        return undefined;
      }
      return { path, systemPath, kind, isLink, isRoot: false, stat };
    } catch (error) {
      this.#report(sourceError(codeOf(error), 'read', path, error));
      return undefined;
    }
  }

  #locate(name: string): string {
    return relocate(name, this.#options.relocations);
  }

  #report(problem: SourceError): void {
    this.#options.onProblem(problem);
  }
}

function fits(kind: EntryKind, isFolderLike: boolean): boolean {
  return kind === 'symlink' || (kind === 'folder') === isFolderLike;
}

function vanished(path: string): SourceError {
  return new SourceError('source-vanished', `'${path}' vanished while the source was being read.`, {
    details: { path },
  });
}

function codeOf(error: unknown): 'source-vanished' | 'source-unreadable' {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'source-vanished' : 'source-unreadable';
}
