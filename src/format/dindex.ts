import { fromBase64Url, toBase64Url } from '../base/index.ts';
import type { PackedBlocks } from './packed-blocks.ts';

/** An entry of a dindex: the blocks of one dblock, or a copy of one blocklist. */
export type DindexEntry =
  | { readonly kind: 'vol'; readonly volumeName: string }
  | { readonly kind: 'list'; readonly hash: Buffer };

/** The length and hash of a dblock as it lies at the destination, compressed and encrypted. */
export interface VolumeProof {
  /** By the file hash algorithm. */
  readonly hash: Uint8Array;
  readonly sizeBytes: number;
}

/** What a `vol/` entry says about one dblock. */
export interface DindexVolume {
  readonly blocks: PackedBlocks;
  /** Absent where the writer did not know it. */
  readonly proof?: VolumeProof;
}

/** The name of the entry that lists the blocks of a dblock (storage format 2.4). */
export function volEntryName(dblockName: string): string {
  return `vol/${dblockName}`;
}

/** The name of the entry that holds a copy of a blocklist (storage format 2.5). */
export function listEntryName(blocklistHash: Uint8Array): string {
  return `list/${toBase64Url(blocklistHash)}`;
}

/**
 * What an entry of a dindex is, by its name, with `/` or `\`; `undefined` for the manifest and for anything
 * unknown, which readers ignore.
 */
export function parseDindexEntryName(entryName: string): DindexEntry | undefined {
  const match = /^(vol|list)[/\\](.+)$/.exec(entryName);
  const [, folder, rest = ''] = match ?? [];
  if (folder === 'vol') return { kind: 'vol', volumeName: rest };
  const hash = folder === 'list' ? fromBase64Url(rest) : undefined;
  return hash === undefined ? undefined : { kind: 'list', hash };
}
