import { hashSizeBytes } from '../../crypto/index.ts';
import { ENTRY_KINDS, type EntryBlocksRow, type LocalDatabase } from '../../database/index.ts';
import { checkEntryPath, type FormatSettings, separatorOf } from '../../format/index.ts';
import { METADATA_POSITION, RestoreTable } from '../../pipeline/index.ts';
import { kindName } from './entry-kinds.ts';
import { Faults } from './faults.ts';
import type { BrokenFile } from './result.ts';
import type { RestoreSettings } from './settings.ts';
import { Uint32List } from './uint32-list.ts';

/** Every use of a block by an entry, in the order of entries. */
export interface BlockUseList {
  readonly blocks: Uint32Array;
  readonly entries: Uint32Array;
  /** Number of the block in the content, or in the metadata with `METADATA_POSITION` set. */
  readonly positions: Uint32Array;
  /** The uses of entry `e` are those from `firstOf[e]` to `firstOf[e + 1]`. */
  readonly firstOf: Uint32Array;
}

/**
 * What is wanted of the version, without a look at the target. Paths in the table are those of the version.
 */
export interface Survey {
  readonly table: RestoreTable;
  readonly uses: BlockUseList;
  /** References of content and metadata of each entry. */
  readonly content: Int32Array;
  readonly metadata: Int32Array;
  readonly faults: Faults;
  readonly refused: readonly BrokenFile[];
  readonly notFound: readonly string[];
  readonly filesTooLarge: number;
  /** Sum of the sizes of the files. */
  readonly sizeBytes: number;
  /** The folder that was asked for alone, as it stands in the version, and whether the version holds more. */
  readonly onlyFolder: { readonly path: string; readonly hasMoreOutside: boolean } | undefined;
}

/** Goes through the version once and collects the wanted entries with their blocks. */
export function surveyVersion(
  database: LocalDatabase,
  settings: RestoreSettings,
  format: FormatSettings,
): Survey {
  const surveyor = new Surveyor(database, settings, format);
  for (const row of database.entryBlocks.ofVersion(settings.seq)) surveyor.visit(row);
  return surveyor.finish();
}

class Surveyor {
  readonly #settings: RestoreSettings;
  readonly #format: FormatSettings;
  readonly #table: RestoreTable;
  readonly #content: Int32Array;
  readonly #metadata: Int32Array;
  readonly #blocks: Uint32List;
  readonly #entries: Uint32List;
  readonly #positions: Uint32List;
  readonly #firstOf: Uint32List;
  readonly #faults = new Faults();
  readonly #refused: BrokenFile[] = [];
  readonly #missing: Set<string>;
  readonly #folder: string | undefined;
  #hasMoreOutside = false;
  #filesTooLarge = 0;
  #sizeBytes = 0;

  constructor(database: LocalDatabase, settings: RestoreSettings, format: FormatSettings) {
    const { files, folders, symlinks } = database.entries.totals(settings.seq);
    const capacity = files + folders + symlinks;
    const { literals } = settings.selection;
    this.#settings = settings;
    this.#format = format;
    this.#table = RestoreTable.create(capacity, {
      pathBytes: database.entries.pathBytes(settings.seq),
      hashSizeBytes: hashSizeBytes(format.fileHash),
    });
    // Most files have one block of content and one of metadata.
    this.#blocks = new Uint32List(2 * capacity);
    this.#entries = new Uint32List(2 * capacity);
    this.#positions = new Uint32List(2 * capacity);
    this.#firstOf = new Uint32List(capacity + 1);
    this.#content = new Int32Array(capacity);
    this.#metadata = new Int32Array(capacity);
    this.#missing = new Set(literals);
    const [only] = literals;
    this.#folder = literals.length === 1 && only !== undefined ? withSeparator(only) : undefined;
  }

  visit(row: EntryBlocksRow): void {
    const { path } = row;
    const kind = kindName(row.kind);
    this.#missing.delete(path);
    if (path.endsWith(separatorOf(path))) this.#missing.delete(path.slice(0, -1));
    if (this.#folder !== undefined && !path.startsWith(this.#folder)) this.#hasMoreOutside = true;
    if (!this.#settings.selection.accept(path, kind)) return;
    const problem = checkEntryPath(path);
    if (problem !== undefined) {
      this.#refused.push({ path, reason: problem });
      return;
    }
    const limit = this.#settings.skipFilesLargerThanBytes;
    if (limit !== undefined && kind === 'file' && row.sizeBytes > limit) this.#filesTooLarge++;
    else this.#take(row);
  }

  finish(): Survey {
    this.#firstOf.push(this.#blocks.length);
    return {
      table: this.#table,
      uses: {
        blocks: this.#blocks.view(),
        entries: this.#entries.view(),
        positions: this.#positions.view(),
        firstOf: this.#firstOf.view(),
      },
      content: this.#content,
      metadata: this.#metadata,
      faults: this.#faults,
      refused: this.#refused,
      notFound: [...this.#missing],
      filesTooLarge: this.#filesTooLarge,
      sizeBytes: this.#sizeBytes,
      onlyFolder:
        this.#folder === undefined ? undefined : { path: this.#folder, hasMoreOutside: this.#hasMoreOutside },
    };
  }

  #take(row: EntryBlocksRow): void {
    const { path, kind, content, metadata } = row;
    const sizeBytes = kind === ENTRY_KINDS.file ? row.sizeBytes : 0;
    const entry = this.#table.add({
      path,
      kind,
      sizeBytes,
      hash: kind === ENTRY_KINDS.file ? row.contentHash : undefined,
    });
    this.#content[entry] = content;
    this.#metadata[entry] = metadata;
    this.#firstOf.push(this.#blocks.length);
    if (kind === ENTRY_KINDS.file) this.#takeContent(entry, row);
    if (needsMetadata(row, this.#settings)) {
      this.#use(entry, row.metadataBlocks ?? blockOf(metadata), METADATA_POSITION);
    }
    this.#sizeBytes += sizeBytes;
  }

  #takeContent(entry: number, row: EntryBlocksRow): void {
    const blocks = row.contentBlocks ?? blockOf(row.content);
    if (blocks.length !== Math.ceil(row.sizeBytes / this.#format.blocksizeBytes)) {
      this.#faults.add(entry, 'not all blocks of its content are known');
      return;
    }
    this.#use(entry, blocks, 0);
  }

  #use(entry: number, blocks: Iterable<number>, firstPosition: number): void {
    let position = firstPosition;
    for (const block of blocks) {
      this.#blocks.push(block);
      this.#entries.push(entry);
      this.#positions.push(position++);
    }
  }
}

/** A link is nothing without its metadata, and an empty file may be a pipe or a device. */
function needsMetadata(row: EntryBlocksRow, settings: RestoreSettings): boolean {
  if (!settings.skipMetadata) return true;
  return row.kind === ENTRY_KINDS.symlink || (row.kind === ENTRY_KINDS.file && row.sizeBytes === 0);
}

function blockOf(reference: number): readonly number[] {
  return reference < 0 ? [-reference] : [];
}

function withSeparator(path: string): string {
  const separator = separatorOf(path);
  return path.endsWith(separator) ? path : path + separator;
}
