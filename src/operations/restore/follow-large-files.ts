import { ENTRY_FLAGS, RESTORE_KINDS, type RestoreTable } from '../../pipeline/index.ts';

/** Shorter files come from one volume or two, and are soon read once more. */
const LEAST_BYTES = 16 * 1024 * 1024;
const PLACED = ENTRY_FLAGS.patch | ENTRY_FLAGS.unchanged;

/**
 * Has large new files followed while they are written, where there is a hash of the whole to verify. Their
 * metadata wait for the thread that completes them.
 */
export function followLargeFiles(
  table: RestoreTable,
  { blocksizeBytes }: { readonly blocksizeBytes: number },
): void {
  const blocksOf = new Map<number, number>();
  for (let entry = 0; entry < table.count; entry++) {
    const sizeBytes = table.sizeBytes[entry] ?? 0;
    if (sizeBytes < LEAST_BYTES || table.kind[entry] !== RESTORE_KINDS.file) continue;
    const isNew = !table.hasFlag(entry, PLACED) && (table.remaining[entry] ?? 0) > 0;
    if (!isNew || table.hash(entry) === undefined) continue;
    blocksOf.set(entry, Math.ceil(sizeBytes / blocksizeBytes));
    table.setFlag(entry, ENTRY_FLAGS.keepMetadata);
  }
  table.follow(blocksOf);
}
