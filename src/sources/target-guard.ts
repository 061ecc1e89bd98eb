import { randomBytes } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, toSystemPath } from '../base/index.ts';
import { type DeviceNumbers, nativeCalls, nativeProblem, type SystemPath } from '../base/native/index.ts';
import type { SpecialKind } from '../format/index.ts';
import { entryKind, withoutEndSeparator } from './entry-kind.ts';
import { SourceError, sourceError } from './source-error.ts';
import { systemPathOf } from './system-path.ts';

export interface TargetGuardOptions {
  /**
   * `refuse`: no part of a path below the root may be a link. `follow`: links that were there before may be
   * (as on the machine that the backup is of, where `/home` may be one), but none that `noteLink` or
   * `createSymlink` named.
   */
  readonly existingLinks: 'refuse' | 'follow';
}

/**
 * Keeps a restore below its root: nothing is written, changed or removed outside of it, or through a link
 * that an entry of the backup planted. Paths are absolute, in carried form. Refusals throw a `SourceError`
 * `restore-path-escapes` or `restore-path-blocked`; failures of the system throw Node's errors.
 *
 * Folders once found to be real are remembered, so they are looked at once. Links made by another guard or
 * thread are not seen then: make links after everything that could lie below them, or through the same guard.
 */
export class TargetGuard {
  readonly root: string;
  readonly #options: TargetGuardOptions;
  readonly #realFolders = new Set<string>();
  readonly #links = new Set<string>();

  /**
   * The root is made, with its parents, when first needed. It may be reached through links: it is what the
   * user chose.
   */
  constructor(root: string, options: TargetGuardOptions) {
    this.root = resolve(root);
    this.#options = options;
  }

  /** Makes a folder and its parents where they are missing. */
  ensureFolder(path: string): void {
    const folder = this.#checked(path);
    this.#enter(folder, 'make');
  }

  /**
   * The path for file calls, once its parents are real folders, made where missing. The entry itself may be
   * anything: open it with `O_NOFOLLOW`.
   */
  claim(path: string): SystemPath {
    return this.#resolve(path, 'make');
  }

  /** The same for looking only: throws `ENOENT` where a parent is missing. */
  resolve(path: string): SystemPath {
    return this.#resolve(path, 'expect');
  }

  /** Says that the backup has a link of that path, so that it is not followed, made or not. */
  noteLink(path: string): void {
    const link = withoutEndSeparator(path);
    this.#links.add(link);
    this.#forget(link);
  }

  /** Removes what lies at a path, but no folder that holds anything: `restore-path-blocked`. */
  clear(path: string): void {
    const systemPath = this.claim(path);
    const stat = lstatSync(systemPath, MISSING_IS_UNDEFINED);
    if (stat === undefined) return;
    if (!stat.isDirectory()) unlinkSync(systemPath);
    else {
      this.#forget(withoutEndSeparator(path));
      removeEmptyFolder(systemPath, path);
    }
  }

  /** Makes a link with any target text, in place of what may lie there. A link with that target is left alone. */
  createSymlink(path: string, target: string): 'created' | 'unchanged' {
    this.noteLink(path);
    const systemPath = this.claim(path);
    const wanted = toSystemPath(target);
    const stat = lstatSync(systemPath, MISSING_IS_UNDEFINED);
    if (stat?.isSymbolicLink() === true && readlinkSync(systemPath, 'buffer').equals(Buffer.from(wanted))) {
      return 'unchanged';
    }
    if (stat !== undefined) this.clear(path);
    symlinkSync(wanted, systemPath);
    return 'created';
  }

  /** Makes a further name of a file restored before, in place of what may lie there. */
  createHardLink(path: string, existingPath: string): 'created' | 'unchanged' {
    const existing = this.resolve(existingPath);
    const systemPath = this.claim(path);
    const source = lstatSync(existing);
    const stat = lstatSync(systemPath, MISSING_IS_UNDEFINED);
    if (stat !== undefined) {
      if (stat.ino === source.ino && stat.dev === source.dev) return 'unchanged';
      if (stat.isDirectory()) this.clear(path);
      else return this.#replaceByLink(path, systemPath, existing);
    }
    linkSync(existing, systemPath);
    return 'created';
  }

  /** What lies there goes only once the link is made. */
  #replaceByLink(path: string, systemPath: SystemPath, existing: SystemPath): 'created' {
    const beside = this.claim(`${parentOf(withoutEndSeparator(path))}/${LINK_NAME}`);
    linkSync(existing, beside);
    renameSync(beside, systemPath);
    return 'created';
  }

  /**
   * Makes a FIFO, socket or device, mode 0600, in place of what may lie there; the mode follows with the
   * metadata. Throws `restore-kind-unsupported` where this machine or user cannot.
   */
  createSpecial(path: string, kind: SpecialKind, device?: DeviceNumbers): 'created' | 'unchanged' {
    const calls = nativeCalls();
    const systemPath = this.claim(path);
    const stat = lstatSync(systemPath, MISSING_IS_UNDEFINED);
    if (kind === 'fifo' && stat?.isFIFO() === true) return 'unchanged';
    if (calls === undefined) {
      throw new SourceError('restore-kind-unsupported', `Cannot make the ${kind} '${path}'.`, {
        details: { path, reason: nativeProblem() ?? '' },
      });
    }
    if (stat !== undefined) this.clear(path);
    try {
      if (kind === 'fifo') calls.makeFifo(systemPath, PRIVATE_MODE);
      else calls.makeNode(systemPath, kind, PRIVATE_MODE, device ?? { major: 0, minor: 0 });
    } catch (error) {
      const hint = 'Devices can be restored by root only.';
      throw sourceError('restore-kind-unsupported', `make the ${kind}`, path, error, hint);
    }
    return 'created';
  }

  #resolve(path: string, missing: 'make' | 'expect'): SystemPath {
    const name = this.#checked(path);
    if (name !== this.root) this.#enter(parentOf(name), missing);
    return systemPathOf(name);
  }

  /** The path without separator at its end, which lies at or below the root and has no part that leads elsewhere. */
  #checked(path: string): string {
    const name = withoutEndSeparator(path);
    const isBelow = name === this.root || this.root === '/' || name.startsWith(`${this.root}/`);
    if (isBelow && name.startsWith('/') && !MISLEADING.test(name)) return name;
    throw new SourceError('restore-path-escapes', `'${path}' does not lie below '${this.root}'.`, {
      details: { path, root: this.root },
      hint: 'The entry was not restored. Whoever made this backup may have meant to write to other places.',
    });
  }

  /** Makes sure that a folder and all its parents below the root are what they seem. */
  #enter(folder: string, missing: 'make' | 'expect'): void {
    if (this.#realFolders.has(folder)) return;
    const isRoot = folder === this.root;
    if (!isRoot) this.#enter(parentOf(folder), missing);
    const systemPath = systemPathOf(folder);
    const stat = isRoot
      ? statSync(systemPath, MISSING_IS_UNDEFINED)
      : lstatSync(systemPath, MISSING_IS_UNDEFINED);
    if (stat === undefined) {
      if (missing === 'make') mkdirSync(systemPath, { recursive: isRoot });
      else lstatSync(systemPath);
    } else if (stat.isSymbolicLink()) this.#checkLink(folder, systemPath);
    else if (!stat.isDirectory()) throw blocked(folder, `it is a ${entryKind(stat.mode)}, not a folder`);
    this.#realFolders.add(folder);
  }

  #checkLink(folder: string, systemPath: SystemPath): void {
    const mayFollow = this.#options.existingLinks === 'follow' && !this.#links.has(folder);
    if (mayFollow && statSync(systemPath, MISSING_IS_UNDEFINED)?.isDirectory() === true) return;
    throw new SourceError(
      'restore-path-escapes',
      `Nothing is written through '${folder}', which is a link.`,
      {
        details: { path: folder, root: this.root },
        hint: 'Remove the link if it does not belong there, or restore to an empty folder.',
      },
    );
  }

  /** A folder that may cease to be one is looked at again, and so is all below it. */
  #forget(folder: string): void {
    if (!this.#realFolders.has(folder)) return;
    const below = `${folder}/`;
    for (const known of this.#realFolders) {
      if (known === folder || known.startsWith(below)) this.#realFolders.delete(known);
    }
  }
}

/** A name for a link until it takes the place of something; unlikely to be met, and then the link is not made. */
const LINK_NAME = `.ashlar-link-${randomBytes(8).toString('hex')}`;

const MISSING_IS_UNDEFINED = { throwIfNoEntry: false } as const;

/** Owner only, until the metadata say more. */
const PRIVATE_MODE = 0o600;

/** Parts that do not name an entry of their own, and the character that ends a path for the system. */
const MISLEADING = /\/(?:\.{0,2}\/|\.{1,2}$)|\0/;

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function blocked(path: string, reason: string): SourceError {
  return new SourceError('restore-path-blocked', `Cannot restore to '${path}': ${reason}.`, {
    details: { path },
    hint: 'Move it away, or restore to another folder.',
  });
}

function removeEmptyFolder(systemPath: SystemPath, path: string): void {
  try {
    rmdirSync(systemPath);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw blocked(path, 'a folder that is not empty lies there');
  }
}
