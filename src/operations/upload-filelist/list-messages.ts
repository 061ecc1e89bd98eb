import type { MessagePort } from 'node:worker_threads';
import type { FilesetSeq } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import type { FilelistRange } from './filelist-ranges.ts';

/** Which file list is to be made. */
export interface DividedList {
  readonly databasePath: string;
  readonly seq: FilesetSeq;
  readonly format: FormatSettings;
  readonly ranges: readonly FilelistRange[];
}

/** Asks a thread to help with a list. */
export interface ListRequest extends DividedList {
  /** Memory of the `RangeClaims`. */
  readonly claims: SharedArrayBuffer;
  /** Where parts go. */
  readonly parts: MessagePort;
}

/** The part of the list that a range makes up. */
export interface ListPart {
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** Says that no range is left, or that the thread could not go on. */
export interface ListReply {
  readonly type: 'ended';
}
