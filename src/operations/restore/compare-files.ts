import { pool } from '../../base/index.ts';
import { hashSizeBytes } from '../../crypto/index.ts';
import {
  type Compared,
  type CompareItem,
  ENTRY_FLAGS,
  METADATA_POSITION,
  type RestoreCrew,
  type RestoreTable,
} from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { BlockUseList } from './survey.ts';

export interface FileToCompare {
  readonly entry: number;
  /** Absolute. */
  readonly path: string;
}

export interface CompareWork {
  readonly opened: OpenedBackup;
  readonly crew: RestoreCrew;
  readonly table: RestoreTable;
  readonly uses: BlockUseList;
  readonly dropped: Uint8Array;
  readonly workers: number;
  readonly context: OperationContext;
}

/** What one request holds at most. */
const BATCH_FILES = 256;
const BATCH_BLOCKS = 32 * 1024;

/**
 * Has files of this machine looked at block by block. With `copy`, blocks that are found are written to the
 * target and need no volume any more.
 */
export async function compareFiles(
  work: CompareWork,
  files: Iterable<FileToCompare>,
  action: CompareItem['action'],
  onCompared: (compared: Compared, path: string) => void,
): Promise<void> {
  await pool(work.workers * 2, batches(work, files), async (batch) => {
    const items = toItems(work, batch, action);
    const answer = await work.crew.run({ type: 'compare', items }, work.context.control.signal);
    if (answer.type !== 'compared')
      throw new Error(`a restore worker answered '${answer.type}' to a comparison`);
    answer.results.forEach((compared, index) => {
      if (action === 'copy') dropPresent(work, compared);
      onCompared(compared, batch[index]?.path ?? '');
    });
  });
}

/** Takes the blocks that are there off the list. */
export function dropPresent(work: Pick<CompareWork, 'uses' | 'dropped'>, compared: Compared): void {
  for (const use of contentUses(work.uses, compared.entry)) {
    if (compared.present[work.uses.positions[use] ?? 0] === 1) work.dropped[use] = 1;
  }
}

/** True where the file is what the entry is to be. */
export function isSame(table: RestoreTable, compared: Compared): boolean {
  return (
    compared.sizeBytes === table.sizeBytes[compared.entry] && compared.present.every((there) => there === 1)
  );
}

export function setUnchanged(work: CompareWork, compared: Compared): void {
  work.table.setFlag(compared.entry, ENTRY_FLAGS.unchanged);
  dropPresent(work, compared);
}

/** The uses of an entry that are of its content. */
function* contentUses(uses: BlockUseList, entry: number): Generator<number> {
  const end = uses.firstOf[entry + 1] ?? 0;
  for (let use = uses.firstOf[entry] ?? 0; use < end; use++) {
    if ((uses.positions[use] ?? 0) < METADATA_POSITION) yield use;
  }
}

function* batches(work: CompareWork, files: Iterable<FileToCompare>): Generator<FileToCompare[]> {
  let batch: FileToCompare[] = [];
  let blocks = 0;
  for (const file of files) {
    batch.push(file);
    blocks += (work.uses.firstOf[file.entry + 1] ?? 0) - (work.uses.firstOf[file.entry] ?? 0);
    if (batch.length < BATCH_FILES && blocks < BATCH_BLOCKS) continue;
    yield batch;
    batch = [];
    blocks = 0;
  }
  if (batch.length > 0) yield batch;
}

function toItems(
  work: CompareWork,
  batch: readonly FileToCompare[],
  action: CompareItem['action'],
): CompareItem[] {
  const { opened, uses, dropped } = work;
  const hashOf = readHashes(work, batch);
  const hashSize = hashSizeBytes(opened.format.blockHash);
  return batch.map(({ entry, path }) => {
    const content = [...contentUses(uses, entry)];
    const hashes = Buffer.alloc(content.length * hashSize);
    content.forEach(
      (use, index) => void hashes.set(hashOf.get(uses.blocks[use] ?? 0) ?? [], index * hashSize),
    );
    return { entry, path, hashes, action, present: Uint8Array.from(content, (use) => dropped[use] ?? 0) };
  });
}

function readHashes(work: CompareWork, batch: readonly FileToCompare[]): Map<number, Buffer> {
  const ids = new Set<number>();
  for (const { entry } of batch) {
    for (const use of contentUses(work.uses, entry)) ids.add(work.uses.blocks[use] ?? 0);
  }
  const hashes = new Map<number, Buffer>();
  for (const { id, hash } of work.opened.database.blocks.among(Uint32Array.from(ids).sort()))
    hashes.set(id, hash);
  return hashes;
}
