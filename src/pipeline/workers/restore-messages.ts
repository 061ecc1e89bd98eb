import type { SerializedError } from '../../base/index.ts';
import type { FileFlag, FormatSettings } from '../../format/index.ts';
import type { RestoreTableMemory } from '../restore-table.ts';
import type { Keys, VolumeToRead } from '../volume-to-read.ts';
import type { KeptMetadataPlaces } from './kept-metadata.ts';

/** How entries are put at the target. */
export interface RestoreRules {
  /** `permissions`: owner, group and mode too; `none`: nothing but what makes an entry what it is. */
  readonly metadata: 'none' | 'usual' | 'permissions';
  readonly symlinkMetadata: 'apply' | 'skip';
  /** Whether the hash of a whole file is verified beside those of its blocks. */
  readonly verify: 'files' | 'blocks';
}

/** What a restore worker needs to know once. */
export interface RestoreWorkerData {
  readonly table: RestoreTableMemory;
  /** The folder below which everything is restored. Nothing is written outside it. */
  readonly root: string;
  /** Whether links that were at the target before may be part of the way to an entry. */
  readonly existingLinks: 'refuse' | 'follow';
  readonly format: FormatSettings;
  readonly keys: Keys;
  readonly rules: RestoreRules;
  /** Folder for temporary files. */
  readonly folder: string;
  readonly keptMetadata: KeptMetadataPlaces;
}

/** Bit of a position that says: a block of the metadata, not of the content. */
export const METADATA_POSITION = 0x8000_0000;

/**
 * Blocks of one volume, each with its uses: block `b` is used by `entries[u]` at `positions[u]` for `u` from
 * `starts[b]` to `starts[b + 1]`.
 */
export interface BlockUses {
  readonly count: number;
  /** Hashes one after the other. */
  readonly hashes: Uint8Array;
  readonly sizes: Uint32Array;
  readonly starts: Uint32Array;
  readonly entries: Uint32Array;
  /** Number of the block within the content, or within the metadata with `METADATA_POSITION` set. */
  readonly positions: Uint32Array;
}

/** A file that is looked at block by block. */
export interface CompareItem {
  readonly entry: number;
  /** Relative to the target folder, or absolute. */
  readonly path: string;
  /** Hashes of the blocks one after the other. */
  readonly hashes: Uint8Array;
  /** `copy`: matching blocks are written into the target of the entry. */
  readonly action: 'look' | 'copy';
  /** Blocks to leave out, one byte each; empty: none. */
  readonly present: Uint8Array;
}

export interface Compared {
  readonly entry: number;
  /** One byte a block: 1 where the file held it, or it was left out. */
  readonly present: Uint8Array;
  /** The length of the file that was looked at; -1 where it could not be read. */
  readonly sizeBytes: number;
}

export type RestoreRequest = { readonly job: number } & (
  | { readonly type: 'volume'; readonly volume: VolumeToRead; readonly uses: BlockUses }
  | { readonly type: 'compare'; readonly items: readonly CompareItem[] }
  /** Large files to be read on as far as they are written, and to be completed once they are whole. */
  | { readonly type: 'follow'; readonly entries: Uint32Array }
  /** Entries all of whose blocks are there. Links and folders too. */
  | { readonly type: 'complete'; readonly entries: Uint32Array }
  /** Entries that equal another one in content and metadata: `entries[i]` is made from `models[i]`. */
  | { readonly type: 'repeat'; readonly entries: Uint32Array; readonly models: Uint32Array }
  /** Files restored one by one that are names of one file: `entries[i]` becomes another name of `models[i]`. */
  | { readonly type: 'join'; readonly entries: Uint32Array; readonly models: Uint32Array }
  /** Files that have all their names now. */
  | { readonly type: 'flag'; readonly flagged: readonly FlaggedEntry[] }
);

/** Something about one entry that the user should know. */
export interface EntryProblem {
  readonly entry: number;
  readonly text: string;
}

/** Metadata of one entry that could not be applied. */
export interface MetadataProblem extends EntryProblem {
  /** In a word or two which metadata it is about. */
  readonly part: string;
}

/** Files that are given flags of their file system. */
export interface FlaggedEntry {
  readonly entry: number;
  readonly flags: readonly FileFlag[];
}

/** A restored file that had several names. */
export interface LinkedEntry {
  readonly entry: number;
  /** Equal for all names of one file. */
  readonly hardlink: string;
  /** To be set once it has all its names. */
  readonly flags: readonly FileFlag[];
}

/** What a worker did since its last reply. */
export interface RestoreTally {
  readonly filesDone: number;
  readonly bytesWritten: number;
  /** Entries that could not be restored. */
  readonly broken: readonly EntryProblem[];
  /** Metadata that could not be applied; the first ones of each part only. */
  readonly problems: readonly MetadataProblem[];
  /** How often each part of the metadata could not be applied. */
  readonly problemCounts: ReadonlyMap<string, number>;
  readonly linked: readonly LinkedEntry[];
  /** Followed files of which there is more than before. */
  readonly followed: readonly number[];
}

export type RestoreReply =
  | {
      readonly type: 'volume-read';
      readonly job: number;
      /** Why the volume as a whole could not be read; then all blocks failed. */
      readonly error: SerializedError | undefined;
      /** Blocks that are not in the volume or damaged, by their number in the request. */
      readonly failed: Uint32Array;
      readonly tally: RestoreTally;
    }
  | {
      readonly type: 'compared';
      readonly job: number;
      readonly results: readonly Compared[];
      readonly tally: RestoreTally;
    }
  | { readonly type: 'completed'; readonly job: number; readonly tally: RestoreTally }
  | { readonly type: 'failed'; readonly error: SerializedError };
