import { toBase64 } from '../../base/index.ts';
import { type HashAlgorithm, hashBytes } from '../../crypto/index.ts';
import {
  type ContentReference,
  ENTRY_KINDS,
  type EntrySelection,
  type FilesetSeq,
  type ListedEntry,
  type LocalDatabase,
} from '../../database/index.ts';
import type { FilelistEntry, FormatSettings, MetadataReference } from '../../format/index.ts';
import { KINDS_IN_ORDER } from './filelist-ranges.ts';

/** What becomes of an entry when its version is written anew; `undefined`: it is left out. */
export type EntryEdit = (entry: ListedEntry) => ListedEntry | undefined;

const asItIs: EntryEdit = (entry) => entry;

/** The entries of a version in the order of its file list. */
export function* filelistEntries(
  database: LocalDatabase,
  seq: FilesetSeq,
  format: FormatSettings,
): Generator<FilelistEntry> {
  for (const kinds of KINDS_IN_ORDER) yield* selectedEntries(database, { seq, kinds }, format);
}

/** Some entries of a version as its file list holds them, by path. */
export function* selectedEntries(
  database: LocalDatabase,
  selection: EntrySelection,
  { fileHash }: FormatSettings,
  edit = asItIs,
): Generator<FilelistEntry> {
  const blockHashes = blockHashReader(database);
  for (const listed of database.entries.listed(selection)) {
    const entry = edit(listed);
    if (entry !== undefined) yield describeEntry(entry, { blockHashes, fileHash });
  }
}

interface Description {
  readonly blockHashes: (content: ContentReference) => BlockHashes;
  readonly fileHash: HashAlgorithm;
}

/** Where content is not one block named like itself: the block's own name, or the names of the blocklists. */
type BlockHashes = { readonly blockHash?: string; readonly blocklists?: readonly string[] };

function describeEntry(entry: ListedEntry, description: Description): FilelistEntry {
  const { path } = entry;
  const metadata = describeMetadata(entry, description);
  const common = { path, ...(metadata === undefined ? {} : { metadata }) };
  if (entry.kind === ENTRY_KINDS.folder) return { type: 'Folder', ...common };
  if (entry.kind === ENTRY_KINDS.symlink) return { type: 'Symlink', ...common };
  return {
    type: 'File',
    ...common,
    hash: toBase64(entry.contentHash ?? hashBytes(description.fileHash, new Uint8Array())),
    sizeBytes: entry.sizeBytes,
    timeMs: entry.mtimeSeconds * 1000,
    ...description.blockHashes(entry.content),
  };
}

function describeMetadata(entry: ListedEntry, description: Description): MetadataReference | undefined {
  if (entry.metadataHash === undefined) return undefined;
  return {
    hash: toBase64(entry.metadataHash),
    sizeBytes: entry.metadataSizeBytes,
    ...description.blockHashes(entry.metadata),
  };
}

function blockHashReader(database: LocalDatabase): (content: ContentReference) => BlockHashes {
  const hashOf = (id: number) => {
    const block = database.blocks.get(id);
    if (block === undefined) throw new Error(`block ${id} is not in the database`);
    return toBase64(block.hash);
  };
  return (content) => {
    if (content <= 0) return {};
    const { blocks, blocklists } = database.contents.get(content);
    if (blocklists.length > 0) return { blocklists: Array.from(blocklists, hashOf) };
    const [only] = blocks;
    return only === undefined ? {} : { blockHash: hashOf(only) };
  };
}
