import {
  ENTRY_KINDS,
  type EntryKind,
  type FilesetRow,
  type ListedEntry,
  type LocalDatabase,
} from '../../database/index.ts';
import type { Losses } from './losses.ts';

/** An entry that cannot be restored as it was. */
export interface BrokenEntry {
  readonly path: string;
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  /** `metadata`: the content is whole. */
  readonly lost: 'content' | 'metadata';
}

export interface BrokenVersion {
  readonly fileset: FilesetRow;
  /** Its number, 0 the newest. */
  readonly version: number;
  /** How many entries it has, whole ones included. */
  readonly entries: number;
  readonly broken: readonly BrokenEntry[];
}

/** Goes through the versions that lack something, the oldest first. */
export function* findBroken(database: LocalDatabase, losses: Losses): Generator<BrokenVersion> {
  if (losses.count === 0) return;
  const filesets = database.filesets.versions();
  for (let version = filesets.length - 1; version >= 0; version--) {
    const fileset = filesets[version];
    if (fileset === undefined) continue;
    const broken: BrokenEntry[] = [];
    let entries = 0;
    for (const entry of database.entries.listed({ seq: fileset.seq })) {
      entries++;
      const lost = lossOf(entry, losses);
      if (lost !== undefined)
        broken.push({ path: entry.path, kind: entry.kind, sizeBytes: entry.sizeBytes, lost });
    }
    if (broken.length > 0) yield { fileset, version, entries, broken };
  }
}

/** The target of a link is in its metadata, so that these are its content. */
function lossOf(entry: ListedEntry, { isLost }: Losses): BrokenEntry['lost'] | undefined {
  if (isLost(entry.content)) return 'content';
  if (!isLost(entry.metadata)) return undefined;
  return entry.kind === ENTRY_KINDS.symlink ? 'content' : 'metadata';
}
