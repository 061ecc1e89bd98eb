import { chmodSync, lchownSync, lstatSync, lutimesSync, type Stats } from 'node:fs';
import { errorMessage, FILE_ATTRIBUTES } from '../../base/index.ts';
import { type FileFlag, nativeCalls, type SystemPath } from '../../base/native/index.ts';
import { type Metadata, type Owner, parseFileAttributes, unixNsFromTicks } from '../../format/index.ts';
import { type EntryKind, entryKind, withoutEndSeparator } from '../entry-kind.ts';
import { SourceError } from '../source-error.ts';
import { systemPathOf } from '../system-path.ts';
import { applyXattrs } from './xattrs.ts';

export interface ApplyMetadataOptions {
  /** What was restored at the path. Anything else that lies there is not touched. */
  readonly kind: EntryKind;
  /** Owner, group, mode and access control lists too. */
  readonly restorePermissions: boolean;
  /**
   * Times, attributes and, with `restorePermissions`, owners of links themselves; else links are left as they
   * were made.
   */
  readonly restoreSymlinkMetadata: boolean;
  /**
   * A file that was made for this: it is what it seems, and has nothing that would have to be taken away.
   * Default: any.
   */
  readonly isNew?: boolean;
}

/** Gives an entry flags of its file system. Whatever cannot be applied is returned, as by `applyMetadata`. */
export function applyFlags(path: string, flags: readonly FileFlag[]): readonly SourceError[] {
  const target = new Target(path);
  target.setFlags(flags);
  return target.problems;
}

/**
 * Puts metadata on a restored entry; on a folder, after its contents. Never acts through a link. Whatever
 * cannot be applied is returned, code `metadata-incomplete`, one a part, and the rest is applied all the
 * same.
 *
 * The order keeps what is set: a change of owner clears setuid bits and capabilities, an access control list
 * changes the mode, and an immutable file takes no change at all. It takes no further name either, so the
 * flags of a file with several names are left to `applyFlags`.
 */
export function applyMetadata(
  path: string,
  metadata: Metadata,
  options: ApplyMetadataOptions,
): readonly SourceError[] {
  const isLink = options.kind === 'symlink';
  if (isLink && !options.restoreSymlinkMetadata) return [];
  const target = new Target(path);
  const mtimeNs =
    metadata.lastWriteTicks === undefined ? undefined : unixNsFromTicks(metadata.lastWriteTicks);
  if (options.isNew === true && isCompleteButForTime(metadata, options)) {
    if (mtimeNs !== undefined) target.setTime(mtimeNs);
    return target.problems;
  }
  const stat = target.look(options.kind);
  if (stat === undefined) return target.problems;
  const isOwned = !options.restorePermissions || target.setOwner(stat, metadata.owner);
  target.setXattrs(metadata, options.restorePermissions);
  if (!isLink) target.setMode(stat, wantedMode(stat, metadata, options.restorePermissions), isOwned);
  if (mtimeNs !== undefined) target.setTime(mtimeNs);
  const { flags, hardlink } = metadata.extensions ?? {};
  if (options.restorePermissions && flags !== undefined && hardlink === undefined) target.setFlags(flags);
  return target.problems;
}

const ALL_WRITE_BITS = 0o222;
const OWNER_WRITE_BIT = 0o200;
const SET_ID_BITS = 0o6000;
/** Times are stored to 100 ns. */
const NS_PER_TICK = 100n;

/**
 * The mode that the entry is to have.
 *
 * Without permissions only `ReadOnly` counts. It says what the process that made the backup could do; where
 * the blob has the owner's bits too, those say what the owner could do, so another one's writable file does
 * not come back read-only.
 */
function wantedMode(stat: Stats, metadata: Metadata, restorePermissions: boolean): number {
  const current = stat.mode & 0o7777;
  const { owner, extensions } = metadata;
  if (restorePermissions && owner !== undefined) return extensions?.mode ?? owner.permissions & 0o777;
  return isReadOnly(metadata) ? current & ~ALL_WRITE_BITS : current;
}

function isReadOnly({ attributes, owner }: Metadata): boolean {
  const bits = attributes === undefined ? 0 : (parseFileAttributes(attributes) ?? 0);
  const couldOwnerWrite = owner !== undefined && (owner.permissions & OWNER_WRITE_BIT) !== 0;
  return (bits & FILE_ATTRIBUTES.ReadOnly) !== 0 && !couldOwnerWrite;
}

/** Most new files, where permissions are not restored: three calls of the system less for each. */
function isCompleteButForTime(metadata: Metadata, { restorePermissions }: ApplyMetadataOptions): boolean {
  return !restorePermissions && (metadata.xattrs ?? []).length === 0 && !isReadOnly(metadata);
}

/** One entry being changed, with what failed so far. */
class Target {
  readonly problems: SourceError[] = [];
  readonly #path: string;
  readonly #systemPath: SystemPath;
  /** Whether something was done that may have changed the mode. */
  #hasChanged = false;

  constructor(path: string) {
    this.#path = path;
    this.#systemPath = systemPathOf(withoutEndSeparator(path));
  }

  look(expected: EntryKind): Stats | undefined {
    try {
      const stat = lstatSync(this.#systemPath);
      if (entryKind(stat.mode) === expected) return stat;
      this.#fail('metadata', `it is a ${entryKind(stat.mode)}, not a ${expected}`);
    } catch (error) {
      this.#fail('metadata', error);
    }
    return undefined;
  }

  /**
   * True where the entry then belongs to the wanted owner and group. Names count before numbers, as on
   * another machine they are what stays.
   */
  setOwner(stat: Stats, owner: Owner | undefined): boolean {
    if (owner === undefined) return true;
    const calls = nativeCalls();
    const uid = (owner.ownerName === undefined ? undefined : calls?.userId(owner.ownerName)) ?? owner.uid;
    const gid = (owner.groupName === undefined ? undefined : calls?.groupId(owner.groupName)) ?? owner.gid;
    if (stat.uid === uid && stat.gid === gid) return true;
    this.#hasChanged = true;
    try {
      lchownSync(this.#systemPath, uid, gid);
      return true;
    } catch (error) {
      this.#fail('owner', error);
      if (stat.gid !== gid) this.#setGroup(gid);
      return false;
    }
  }

  /** A user without privileges may still give a file to the groups that he belongs to. */
  #setGroup(gid: number): void {
    try {
      lchownSync(this.#systemPath, KEEP_OWNER, gid);
    } catch {
      // Reported with the owner already.
    }
  }

  setXattrs({ xattrs }: Metadata, restorePermissions: boolean): void {
    const note = (isAllowed: boolean): boolean => {
      this.#hasChanged ||= isAllowed;
      return isAllowed;
    };
    const rules = {
      mayApply: (name: string) => note(restorePermissions || !name.startsWith(ACL)),
      mayRemove: (name: string) =>
        note(name.startsWith('user.') || (restorePermissions && name.startsWith(ACL))),
    };
    try {
      for (const [name, error] of applyXattrs(this.#systemPath, xattrs ?? [], rules))
        this.#fail(`extended attribute ${name}`, error);
    } catch (error) {
      this.#fail('extended attributes', error);
    }
  }

  /** Setuid and setgid are dropped where owner and group are not those that they were granted for. */
  setMode(stat: Stats, wanted: number, isOwned: boolean): void {
    const mode = isOwned ? wanted : wanted & ~SET_ID_BITS;
    if (mode !== wanted) this.#fail('setuid and setgid bits', 'they were granted for another owner');
    try {
      // Owner and lists may have changed it.
      const current = this.#hasChanged ? lstatSync(this.#systemPath) : stat;
      if ((current.mode & 0o7777) !== mode) chmodSync(this.#systemPath, mode);
    } catch (error) {
      this.#fail('mode', error);
    }
  }

  setTime(mtimeNs: bigint): void {
    const calls = nativeCalls();
    try {
      if (calls !== undefined) calls.setTimes(this.#systemPath, { mtimeNs });
      else lutimesSync(this.#systemPath, lstatSync(this.#systemPath).atimeMs / 1000, Number(mtimeNs) / 1e9);
    } catch (error) {
      if (!this.#hasTime(mtimeNs)) this.#fail('modification time', error);
    }
  }

  /** What is immutable takes no time, not even its own. */
  #hasTime(mtimeNs: bigint): boolean {
    return lstatSync(this.#systemPath, { bigint: true }).mtimeNs / NS_PER_TICK === mtimeNs / NS_PER_TICK;
  }

  setFlags(flags: readonly FileFlag[]): void {
    try {
      nativeCalls()?.addFileFlags(this.#systemPath, flags);
    } catch (error) {
      this.#fail('flags', error);
    }
  }

  #fail(part: string, cause: unknown): void {
    const reason = typeof cause === 'string' ? cause : errorMessage(cause);
    const message = `Cannot set the ${part} of '${this.#path}': ${reason}.`;
    this.problems.push(
      new SourceError('metadata-incomplete', message, { details: { path: this.#path, part }, cause }),
    );
  }
}

/** The number that leaves an owner as it is. */
const KEEP_OWNER = -1;

const ACL = 'system.posix_acl_';
