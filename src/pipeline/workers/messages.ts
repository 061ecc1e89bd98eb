import type { SerializedError } from '../../base/index.ts';
import type { Relocation, SourceStat } from '../../sources/index.ts';
import type { BlockRelayMemory } from '../block-relay.ts';
import type { BlockTableMemory } from '../block-table.ts';
import type { SealedVolume } from '../block-volume.ts';
import type { BlockVolumeSettings } from '../block-volume-settings.ts';
import type { VolumeRoomMemory } from '../volume-room.ts';

/** What a backup worker needs to know once. */
export interface BackupWorkerData {
  readonly role: 'backup';
  readonly table: BlockTableMemory;
  readonly volumes: BlockVolumeSettings;
  readonly source: SourceSettings;
  /** How many tenths of the time the thread may work; absent: all. */
  readonly cpuTenths?: number | undefined;
  readonly room: VolumeRoomMemory;
  /** Absent where no thread can help another. */
  readonly relay: BlockRelayMemory | undefined;
}

/** How entries of the source are read. */
export interface SourceSettings {
  /** `none`: every metadata blob is the empty one. */
  readonly metadata: 'read' | 'none';
  /** `follow`: links are read as what they point to. */
  readonly symlinks: 'store' | 'follow';
  /**
   * When the content of a file that was there before is read: `changed` (time, size or metadata differ) or
   * `always`.
   */
  readonly content: 'changed' | 'always';
  /** Lower-case file name extensions, with dot, whose content is stored without compressing. */
  readonly compressedExtensions: readonly string[];
  /** Files whose extended attributes ask for it are left out. */
  readonly obeysMarks?: boolean;
  /** Parts that lie elsewhere than their paths say. */
  readonly relocations?: readonly Relocation[] | undefined;
}

/** What the version before says of an entry that is to be examined. */
export interface KnownEntry {
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly mtimeTicks: number | undefined;
  /** File hash of the metadata blob. */
  readonly metadataHash: Uint8Array | undefined;
}

/** Content that is read from an open descriptor to its end, with the status that the file is to have. */
export interface OpenStream {
  readonly descriptor: number;
  readonly stat: SourceStat;
}

/** One entry to look at closely. */
export interface ExamineJob {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'special';
  readonly known: KnownEntry | undefined;
  /** Of a file that comes from a stream. */
  readonly stream?: OpenStream;
}

export type BackupRequest =
  | { readonly type: 'examine'; readonly batch: number; readonly jobs: readonly ExamineJob[] }
  | { readonly type: 'add-segment'; readonly segment: SharedArrayBuffer }
  /** Take the blocks of another worker's small volume over. */
  | { readonly type: 'absorb'; readonly volume: SealedVolume }
  | { readonly type: 'seal' };

/** Content as blocks: nothing, one block that is named like the content, or a list. */
export type ExaminedContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'block'; readonly id: number }
  | {
      readonly kind: 'list';
      readonly sizeBytes: number;
      readonly hash: Uint8Array;
      readonly blocks: Uint32Array;
      readonly blocklists: Uint32Array;
    };

/** What was seen of an entry. */
export interface SeenEntry {
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly mtimeTicks: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

export type Examined =
  | { readonly outcome: 'unchanged'; readonly seen: SeenEntry }
  | {
      readonly outcome: 'stored';
      readonly seen: SeenEntry;
      readonly content: ExaminedContent;
      readonly metadata: ExaminedContent;
      readonly problems: readonly string[];
    }
  | { readonly outcome: 'vanished' }
  /** It is marked to be left out. */
  | { readonly outcome: 'excluded' }
  | { readonly outcome: 'failed'; readonly error: SerializedError };

/** Blocks that were new and now lie in a volume, in the order of storing. */
export interface StoredBlocks {
  readonly volumeName: string;
  readonly ids: Uint32Array;
  readonly sizes: Uint32Array;
  /** Hashes one after the other. */
  readonly hashes: Uint8Array;
}

export type BackupReply =
  | {
      readonly type: 'examined';
      readonly batch: number;
      readonly results: readonly Examined[];
      readonly bytesRead: number;
    }
  | { readonly type: 'blocks'; readonly blocks: StoredBlocks }
  | { readonly type: 'volume'; readonly volume: SealedVolume }
  /** `into` is undefined where the volume did not fit and was left as it is. */
  | { readonly type: 'absorbed'; readonly volume: SealedVolume; readonly into: string | undefined }
  | { readonly type: 'sealed'; readonly volume: SealedVolume | undefined }
  | { readonly type: 'failed'; readonly error: SerializedError };
