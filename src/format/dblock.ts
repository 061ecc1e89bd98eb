import { fromBase64Url, toBase64Url } from '../base/index.ts';
import { MANIFEST_ENTRY } from './manifest.ts';

const BLOCK_NAME = /^[A-Za-z0-9_-]+={0,2}$/;

/** The name of the entry that holds a block: its hash in URL-safe base64 with padding (storage format 2.3). */
export function blockEntryName(hash: Uint8Array): string {
  return toBase64Url(hash);
}

/**
 * The hash that the name of a dblock's entry stands for, or `undefined` where the entry is no block. The
 * length of the hash is left to the caller, who knows the algorithm.
 */
export function blockHashOfEntryName(name: string): Buffer | undefined {
  if (name === MANIFEST_ENTRY || name.length % 4 !== 0 || !BLOCK_NAME.test(name)) return undefined;
  return fromBase64Url(name);
}
