import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { RunController, silentLog, systemClock } from '../../src/base/index.ts';
import { hashBytes } from '../../src/crypto/index.ts';
import {
  type ContentReference,
  EMPTY_CONTENT,
  ENTRY_KINDS,
  type FilesetSeq,
  LocalDatabase,
  referenceToBlock,
  referenceToContent,
  type VolumeId,
} from '../../src/database/index.ts';
import type { FormatSettings, Metadata } from '../../src/format/index.ts';
import { ticksFromUnixNs, writeMetadataBlob } from '../../src/format/index.ts';
import type { OperationContext, Progress } from '../../src/operations/context.ts';
import type { OpenedBackup } from '../../src/operations/opened-backup/opened-backup.ts';
import type { RestoreSettings } from '../../src/operations/restore/settings.ts';
import {
  BlockVolume,
  type BlockVolumeSettings,
  type Encryption,
  TemporaryFolder,
} from '../../src/pipeline/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { MemoryDestination } from './memory-destination.ts';
import { restoreEverything } from './restore-settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An entry to be backed up, as it is said to have been. */
export interface HandMadeEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink';
  readonly content?: Uint8Array;
  readonly metadata?: Metadata;
}

export interface HandMadeOptions {
  readonly blocksizeBytes?: number;
  readonly blocksPerVolume?: number;
  readonly encryption?: Encryption;
  readonly format?: Partial<FormatSettings>;
  /** Blocks are stored this many times, each copy in another volume. */
  readonly copies?: number;
}

/** A backup that was put together by hand: small volumes in memory, and the database that knows them. */
export interface HandMadeBackup {
  readonly opened: OpenedBackup;
  readonly destination: MemoryDestination;
  readonly seq: FilesetSeq;
  readonly folder: string;
  readonly controller: RunController;
  readonly context: OperationContext;
  readonly reports: Progress[];
  settings(change?: Partial<RestoreSettings>): RestoreSettings;
}

const MTIME_NS = 1_700_000_000_123_456_700n;

/** Metadata as of an ordinary entry, with what is to differ. */
export function metadataOf(change: Metadata = {}): Metadata {
  return {
    lastWriteTicks: ticksFromUnixNs(MTIME_NS),
    owner: { uid: 0, gid: 0, permissions: 0o640 },
    ...change,
  };
}

export async function handMadeBackup(
  t: TestContext,
  entries: readonly HandMadeEntry[],
  options: HandMadeOptions = {},
): Promise<HandMadeBackup> {
  const folder = await temporaryFolder(t);
  const format: FormatSettings = {
    blocksizeBytes: options.blocksizeBytes ?? 100,
    blockHash: 'SHA256',
    fileHash: 'SHA256',
    ...options.format,
  };
  const temporary = new TemporaryFolder(join(folder, 'temporary'));
  const database = LocalDatabase.open(join(folder, 'database.sqlite'));
  t.after(() => {
    database.close();
    temporary[Symbol.dispose]();
  });
  const destination = new MemoryDestination();
  const encryption: Encryption = options.encryption ?? { kind: 'none' };
  const maker = new Maker(database, destination, {
    settings: {
      volume: {
        compression: 'zip',
        archive: { method: 'Deflate', level: 6, modifiedAt: new Date(0) },
        encryption,
        fileHash: format.fileHash,
      },
      format,
      prefix: 'hand',
      dblockSizeBytes: 1e9,
      indexPolicy: 'none',
      appVersion: 'test',
      createdMs: 0,
      folder: temporary.path,
    },
    blocksPerVolume: options.blocksPerVolume ?? 4,
    copies: options.copies ?? 1,
  });
  const seq = await maker.make(entries);
  const controller = new RunController();
  const reports: Progress[] = [];
  const statistics = emptyStatistics();
  const remote = new Remote(
    destination,
    { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'must-exist' },
    { log: silentLog, signal: controller.signal, statistics },
  );
  const keys = { passphrase: encryption.kind === 'aes' ? encryption.passphrase : undefined, gpg: {} };
  const opened: OpenedBackup = {
    target: {
      url: 'memory://',
      destinationOptions: new Map(),
      prefix: 'hand',
      databasePath: database.path,
      dataFolder: folder,
      backupName: 'hand',
      temporaryParent: folder,
      keys,
      retry: { retries: 0, delayMs: 0, growth: 'constant' },
    },
    remote,
    database,
    temporary,
    keys,
    format,
  };
  return {
    opened,
    destination,
    seq,
    folder,
    controller,
    reports,
    context: {
      log: silentLog,
      control: controller,
      clock: systemClock,
      report: (progress) => void reports.push(progress),
    },
    settings: (change = {}) =>
      restoreEverything({
        seq,
        restorePath: join(folder, 'target'),
        restoreSymlinkMetadata: false,
        ...change,
      }),
  };
}

interface MakerSettings {
  readonly settings: BlockVolumeSettings;
  readonly blocksPerVolume: number;
  readonly copies: number;
}

class Maker {
  readonly #database: LocalDatabase;
  readonly #destination: MemoryDestination;
  readonly #settings: MakerSettings;
  readonly #known = new Map<string, number>();
  readonly #pending: { id: number; hash: Buffer; bytes: Uint8Array }[] = [];
  #nextId = 1;

  constructor(database: LocalDatabase, destination: MemoryDestination, settings: MakerSettings) {
    this.#database = database;
    this.#destination = destination;
    this.#settings = settings;
  }

  async make(entries: readonly HandMadeEntry[]): Promise<FilesetSeq> {
    const { filesets, volumes } = this.#database;
    const dlist = volumes.add({ name: 'hand-20260101T000000Z.dlist.zip', kind: 'dlist', state: 'verified' });
    const seq = filesets.begin(1_767_225_600, dlist);
    for (const entry of entries) this.#addEntry(seq, entry);
    for (let copy = 0; copy < this.#settings.copies; copy++) await this.#writeVolumes(copy);
    filesets.complete(seq);
    return seq;
  }

  #addEntry(seq: FilesetSeq, entry: HandMadeEntry): void {
    const content = entry.content ?? new Uint8Array();
    const metadata = writeMetadataBlob(entry.metadata ?? metadataOf());
    this.#database.entries.add(
      seq,
      {
        path: entry.path,
        kind: ENTRY_KINDS[entry.kind],
        content: this.#store(content),
        sizeBytes: content.length,
        metadata: this.#store(metadata),
        mtimeSeconds: 0,
        mtimeTicks: undefined,
        ctimeMs: undefined,
        inode: undefined,
      },
      'absent',
    );
  }

  #store(content: Uint8Array): ContentReference {
    const { blocksizeBytes, blockHash, fileHash } = this.#settings.settings.format;
    if (content.length === 0) return EMPTY_CONTENT;
    const ids: number[] = [];
    for (let at = 0; at < content.length; at += blocksizeBytes) {
      ids.push(this.#storeBlock(content.subarray(at, at + blocksizeBytes), blockHash));
    }
    const [id] = ids;
    if (ids.length === 1 && id !== undefined && blockHash === fileHash) return referenceToBlock(id);
    const blocks = Uint32Array.from(ids);
    const hash = hashBytes(fileHash, content);
    return referenceToContent(
      this.#database.contents.add({ sizeBytes: content.length, hash, blocks, blocklists: new Uint32Array() }),
    );
  }

  #storeBlock(bytes: Uint8Array, algorithm: FormatSettings['blockHash']): number {
    const hash = hashBytes(algorithm, bytes);
    const key = hash.toString('hex');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#nextId++;
    this.#known.set(key, id);
    this.#pending.push({ id, hash, bytes });
    return id;
  }

  async #writeVolumes(copy: number): Promise<void> {
    const { settings, blocksPerVolume } = this.#settings;
    for (let start = 0; start < this.#pending.length; start += blocksPerVolume) {
      const volume = new BlockVolume(settings);
      const volumeId = this.#database.volumes.add({ name: volume.name, kind: 'dblock', state: 'verified' });
      for (const { id, hash, bytes } of this.#pending.slice(start, start + blocksPerVolume)) {
        volume.add(hash, bytes, 'compress');
        this.#addRow(copy === 0 ? id : this.#nextId++, { hash, sizeBytes: bytes.length, volumeId });
      }
      const { dblock } = await volume.seal();
      this.#database.volumes.setFile(volumeId, dblock);
      this.#destination.storage.files.set(dblock.name, { bytes: readFileSync(dblock.path), modifiedAtMs: 0 });
    }
  }

  #addRow(id: number, block: { hash: Buffer; sizeBytes: number; volumeId: VolumeId }): void {
    this.#database.blocks.add(id, block);
  }
}
