import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LogEntry, RunController, systemClock } from '../../src/base/index.ts';
import { type EntryKind, LocalDatabase } from '../../src/database/index.ts';
import { openDestination } from '../../src/destinations/index.ts';
import type { FormatSettings } from '../../src/format/index.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import {
  type RecreateInput,
  type RecreateResult,
  recreateDatabase,
} from '../../src/operations/recreate/run.ts';
import { listVolumes } from '../../src/operations/verify-listing/list-volumes.ts';
import { TemporaryFolder } from '../../src/pipeline/index.ts';
import { emptyStatistics, Remote, type TransferStatistics } from '../../src/transfer/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FALLBACK: FormatSettings = { blocksizeBytes: 1024 * 1024, blockHash: 'SHA256', fileHash: 'SHA256' };

export interface RecreateCase {
  /** A folder with volumes. */
  readonly destination: string;
  readonly prefix?: string;
  readonly passphrase: string | null;
  readonly input?: Partial<RecreateInput>;
  readonly controller?: RunController;
}

/** A rebuilt database, which is closed after the test, and what was said on the way. */
export interface Recreated {
  readonly database: LocalDatabase;
  readonly result: RecreateResult;
  readonly log: readonly LogEntry[];
  readonly statistics: TransferStatistics;
}

/** Rebuilds a database from a folder with volumes. */
export async function recreateFrom(t: TestContext, given: RecreateCase): Promise<Recreated> {
  const folder = await temporaryFolder(t);
  const database = LocalDatabase.open(join(folder, 'recreated.sqlite'));
  t.after(() => database.close());
  const log: LogEntry[] = [];
  const context: OperationContext = {
    log: { write: (level, id, text) => void log.push({ level, id, text }) },
    control: given.controller ?? new RunController(),
    clock: systemClock,
    report: () => {},
  };
  const statistics = emptyStatistics();
  await using destination = await openDestination(given.destination);
  const remote = new Remote(
    destination,
    { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'must-exist' },
    { log: context.log, signal: context.control.signal, statistics },
  );
  using temporary = new TemporaryFolder(join(folder, 'temporary'));
  const { volumes } = await listVolumes(remote, given.prefix ?? 'duplicati');
  const keys = { passphrase: given.passphrase ?? undefined, gpg: {} };
  const result = await recreateDatabase(
    { remote, files: volumes, database, temporary, keys, fallback: FALLBACK, ...given.input },
    context,
  );
  return { database, result, log, statistics };
}

/** One version, without ids. */
export interface VersionContents {
  readonly timestamp: number;
  readonly isFull: boolean;
  readonly entries: readonly {
    readonly path: string;
    readonly kind: EntryKind;
    readonly sizeBytes: number;
    readonly hash: string | undefined;
    readonly metadata: string | undefined;
    readonly blocks: readonly (string | undefined)[];
    readonly blocklists: readonly (string | undefined)[];
  }[];
}

/**
 * Everything that the versions say, newest first, with the blocks by their hashes, so that two databases can
 * be compared.
 */
export function versionContents(database: LocalDatabase): VersionContents[] {
  const hashOf = (id: number) => database.blocks.get(id)?.hash.toString('hex');
  return database.filesets.versions().map(({ seq, timestamp, isFull }) => ({
    timestamp,
    isFull,
    entries: [...database.entries.listed({ seq })].map((entry) => {
      const parts = entry.content > 0 ? database.contents.get(entry.content) : undefined;
      return {
        path: entry.path,
        kind: entry.kind,
        sizeBytes: entry.sizeBytes,
        hash: entry.contentHash?.toString('hex'),
        metadata: entry.metadataHash?.toString('hex'),
        blocks: parts === undefined ? [] : Array.from(parts.blocks, hashOf),
        blocklists: parts === undefined ? [] : Array.from(parts.blocklists, hashOf),
      };
    }),
  }));
}
