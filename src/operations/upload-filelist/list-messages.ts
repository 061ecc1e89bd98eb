import type { FilesetSeq } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import type { FilelistRange } from './filelist-ranges.ts';

/** What the thread that helps with a file list is given. */
export interface ListHelp {
  readonly databasePath: string;
  readonly seq: FilesetSeq;
  readonly format: FormatSettings;
  readonly ranges: readonly FilelistRange[];
  /** Memory of the `RangeClaims`. */
  readonly claims: SharedArrayBuffer;
}

/** The part of the list that a range makes up. */
export interface ListPart {
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** Says that no range is left, or that the thread could not go on. */
export interface ListHelpEnded {
  readonly type: 'ended';
}
