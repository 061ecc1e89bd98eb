import { decodeText, encodeTextWithBom, FormatError } from '../base/index.ts';
import { parseJsonObject } from './json-text.ts';

/** The entry of a dlist that says whether the version is complete. */
export const FILESET_ENTRY = 'fileset';

/**
 * The bytes of a `fileset` entry (storage format 2.6). `isFull` is false for a version that was stopped early
 * or put together after an interruption.
 */
export function writeFilesetMarker(isFull: boolean): Buffer {
  return encodeTextWithBom(`{"IsFullBackup":${isFull}}`);
}

/**
 * True unless the entry says that the version is partial; an absent entry or key, as in old backups, means
 * full. Throws a `FormatError` `volume-corrupt`.
 */
export function parseFilesetMarker(bytes: Uint8Array | undefined, volumeName: string): boolean {
  if (bytes === undefined) return true;
  const json = parseJsonObject(decodeText(bytes));
  const isFull = json?.['IsFullBackup'] ?? true;
  if (json !== undefined && typeof isFull === 'boolean') return isFull;
  throw new FormatError(
    'volume-corrupt',
    `The entry '${FILESET_ENTRY}' of volume '${volumeName}' is damaged.`,
    {
      details: { volume: volumeName, entry: FILESET_ENTRY },
    },
  );
}
