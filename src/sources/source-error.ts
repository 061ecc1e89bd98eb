import { BackupError, type BackupErrorOptions, errorMessage } from '../base/index.ts';

export type SourceErrorCode =
  /** A path that the user named as source is not there. */
  | 'source-missing'
  | 'source-unreadable'
  /** Was listed, and gone (or something else) when looked at. On a running system this is no fault. */
  | 'source-vanished'
  /** Links, followed, lead back into a folder that they came from. */
  | 'source-link-cycle'
  /** A snapshot could not be taken or removed. */
  | 'snapshot-failed'
  /** A part of the metadata could not be read or applied; the rest was. */
  | 'metadata-incomplete'
  /** The way to a restored entry leads out of the restore target or through a link. */
  | 'restore-path-escapes'
  /** Something that must not be removed lies where an entry is to be restored. */
  | 'restore-path-blocked'
  /** This machine or user cannot make an entry of that kind. */
  | 'restore-kind-unsupported';

/**
 * What can go wrong with files of this machine, read as source or written as target. `details.path` names the
 * entry.
 */
export class SourceError extends BackupError {
  constructor(code: SourceErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}

/** The error for a failed call on `path`; `doing` completes "Cannot …". */
export function sourceError(
  code: SourceErrorCode,
  doing: string,
  path: string,
  cause: unknown,
  hint?: string,
): SourceError {
  return new SourceError(code, `Cannot ${doing} '${path}': ${errorMessage(cause)}.`, {
    details: { path },
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
