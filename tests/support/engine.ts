import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, type LogEntry, RunController, systemClock } from '../../src/base/index.ts';
import { type Destination, openDestination } from '../../src/destinations/index.ts';
import {
  type BackupResult,
  type CompactResult,
  type DeleteResult,
  detectZipMethod,
  type LockInfo,
  type LockResult,
  type Opened,
  type Opening,
  type OperationContext,
  openBackup,
  openForReading,
  type PurgeBrokenResult,
  type PurgeResult,
  purgeBrokenFiles,
  type RebuildSettings,
  type RepairResult,
  type RestoreResult,
  type RestoreSettings,
  readAutoCompactSettings,
  readBackupSettings,
  readCompactSettings,
  readDefaultFormat,
  readGivenFormat,
  readLocks,
  readReadingSettings,
  readRetentionPolicy,
  readTarget,
  readTestSettings,
  readVolumeSettings,
  rememberZipMethod,
  runBackup,
  runCompact,
  runDelete,
  runPurge,
  runRepair,
  runRestore,
  runTest,
  setLocks,
  type TestResult,
} from '../../src/operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../src/options/index.ts';
import { prepareSources } from '../../src/sources/index.ts';
import type { FaultPlan } from './fault-plan.ts';
import { faultyDestination } from './faulty-destination.ts';
import { type Locks, lockingDestination } from './locking-destination.ts';
import { MemoryDestination, type MemoryStorage, memoryStorage } from './memory-destination.ts';
import { restoreEverything } from './restore-settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Volumes as small as they may be; nothing waits, nothing is repeated, nothing is tested but what the test
 * asks for.
 */
const OPTIONS = [
  '--blocksize=10kb',
  '--dblock-size=1mb',
  '--aes-v3-iterations=8192',
  '--backup-test-samples=0',
  '--backup-test-percentage=0',
  '--concurrency-max-threads=1',
  '--number-of-retries=0',
  '--retry-delay=0s',
];

export interface EngineRun {
  /** What goes wrong at the destination, the calls of opening included. */
  readonly faults?: FaultPlan;
  /** `--name=value`. */
  readonly options?: readonly string[];
  readonly controller?: RunController;
  /** Another database than the engine's own: another machine, or an older copy. */
  readonly databasePath?: string;
  /** Of a restore: what differs from one of everything into a new folder. */
  readonly restore?: Partial<RestoreSettings>;
}

/** The operations that the commands call, on one backup. Each call is a run of its own: it opens, works and closes. */
export interface Engine {
  readonly folder: string;
  readonly source: string;
  readonly databasePath: string;
  /** Lengths of what lies at the destination, by name. */
  storedFiles(): ReadonlyMap<string, number>;
  /** Everything that was logged so far. */
  readonly log: LogEntry[];
  backup(run?: EngineRun): Promise<BackupResult>;
  /** As `delete`, with the rule in the options. */
  delete(run?: EngineRun): Promise<DeleteResult>;
  /** `test all`, with every block. */
  test(run?: EngineRun): Promise<TestResult>;
  repair(run?: EngineRun): Promise<RepairResult>;
  compact(run?: EngineRun): Promise<CompactResult>;
  /** Takes the accepted paths out of the versions that the options name, or of all. */
  purge(accept: (path: string) => boolean, run?: EngineRun): Promise<PurgeResult>;
  purgeBroken(run?: EngineRun): Promise<PurgeBrokenResult>;
  /** Locks what any version needs, for as long as the options say. */
  setLocks(run?: EngineRun): Promise<LockResult>;
  /** Asks the destination until when each volume is locked. */
  readLocks(run?: EngineRun): Promise<LockInfo>;
  /** Restores version `number` (0 the newest) into a new folder; `ignore`: from the destination alone. */
  restore(number: number, localDatabase: 'use' | 'ignore', run?: EngineRun): Promise<Restored>;
  /** Opens the backup as `list` does. The caller disposes of it. */
  open(run?: EngineRun): Promise<Opened>;
}

export interface Restored {
  readonly target: string;
  readonly result: RestoreResult;
}

export interface EngineSettings {
  readonly clock?: Clock;
  readonly options?: readonly string[];
  readonly passphrase?: string;
}

/** An engine whose destination is in memory. */
export interface MemoryEngine extends Engine {
  readonly storage: MemoryStorage;
  /** Of a destination that can lock files. */
  readonly locks: Locks | undefined;
}

export interface MemoryEngineSettings extends EngineSettings {
  /** Whether the destination can lock files. */
  readonly canLock?: boolean;
}

export async function createEngine(t: TestContext, given: MemoryEngineSettings = {}): Promise<MemoryEngine> {
  const storage = memoryStorage();
  const locks: Locks | undefined = given.canLock === true ? new Map() : undefined;
  const { clock = systemClock } = given;
  const connect = async () => {
    const destination = new MemoryDestination(storage, clock);
    return locks === undefined ? destination : lockingDestination(destination, locks, clock.now);
  };
  const place: EnginePlace = {
    folder: await temporaryFolder(t),
    url: '/destination-in-memory',
    connect,
    storedFiles: () => new Map([...storage.files].map(([name, { bytes }]) => [name, bytes.length])),
  };
  return { ...engineAt(place, given), storage, locks };
}

/** An engine whose destination is a folder beside its source. */
export function createFolderEngine(
  folder: string,
  given: EngineSettings & { readonly wrap?: (destination: Destination) => Destination } = {},
): Engine {
  const url = join(folder, 'destination');
  const { wrap = (destination) => destination } = given;
  const place: EnginePlace = {
    folder,
    url,
    connect: async (text, options) => wrap(await openDestination(text, options)),
    storedFiles: () =>
      new Map(
        existsSync(url)
          ? readdirSync(url)
              .filter((name) => name.startsWith('duplicati-'))
              .map((name) => [name, statSync(join(url, name)).size])
          : [],
      ),
  };
  return engineAt(place, given);
}

interface EnginePlace extends Pick<Engine, 'folder' | 'storedFiles'> {
  readonly url: string;
  readonly connect: typeof openDestination;
}

function engineAt(place: EnginePlace, given: EngineSettings): Engine {
  const { folder, url, storedFiles } = place;
  const source = join(folder, 'source');
  const databasePath = join(folder, 'data', 'database.sqlite');
  for (const path of [source, join(folder, 'data'), join(folder, 'temporary')])
    mkdirSync(path, { recursive: true });
  const log: LogEntry[] = [];
  const clock = given.clock ?? systemClock;

  const contextOf = (run: EngineRun): OperationContext => ({
    log: { write: (level, id, text) => void log.push({ level, id, text }) },
    control: run.controller ?? new RunController(),
    clock,
    report: () => {},
  });
  const settle = (run: EngineRun): ProgramSettings =>
    settleOptions([
      ...OPTIONS,
      given.passphrase === undefined ? '--no-encryption=true' : `--passphrase=${given.passphrase}`,
      ...(given.options ?? []),
      ...(run.options ?? []),
      `--dbpath=${run.databasePath ?? databasePath}`,
    ]);
  const openingOf = (purpose: Opening['purpose'], operation: string, run: EngineRun): Opening => {
    const settings = settle(run);
    const places = { dataFolder: join(folder, 'data'), temporaryFolder: join(folder, 'temporary') };
    const connect: typeof openDestination = async (text, options) => {
      const inner = await place.connect(text, options);
      return run.faults === undefined ? inner : faultyDestination(inner, run.faults);
    };
    return {
      target: { ...readTarget(url, settings, places), connect },
      operation,
      purpose,
      given: readGivenFormat(settings),
      defaults: readDefaultFormat(settings),
      verification: 'listing',
      folder: 'create',
    };
  };
  const volumesOf = async (opened: Opened, run: EngineRun) => {
    const habits = { zipMethod: await detectZipMethod(opened) };
    return readVolumeSettings(settle(run), habits, {
      version: 'test',
      nowMs: clock.now(),
      keys: opened.keys,
    });
  };

  return {
    folder,
    source,
    databasePath,
    storedFiles,
    log,
    backup: async (run = {}) => {
      const context = contextOf(run);
      const prepared = prepareSources([source]);
      await using opened = await openBackup(openingOf('begin', 'backup', run), context);
      const volumes = await volumesOf(opened, run);
      const settings = readBackupSettings(settle(run), {
        prepared,
        rules: [],
        filterContext: { places: { platform: 'linux' }, isCaseSensitive: true },
        volumes,
        forbiddenPaths: new Set(),
      });
      const result = await runBackup(opened, settings, context);
      if (volumes.volume.compression === 'zip') rememberZipMethod(opened, volumes.volume.archive.method);
      return result;
    },
    delete: async (run = {}) => {
      const context = contextOf(run);
      await using opened = await openBackup(openingOf('continue', 'delete', run), context);
      const settings = settle(run);
      const versions = (settings.get('version') ?? []).map(({ first }) => first);
      const policy = { allowFullRemoval: false, ...readRetentionPolicy(settings, clock.now()), versions };
      const compact = readAutoCompactSettings(settings, await volumesOf(opened, run));
      return await runDelete(opened, { policy, dryRun: false, compact }, context);
    },
    test: async (run = {}) => {
      const context = contextOf(run);
      await using opened = await openBackup(openingOf('read', 'test', run), context);
      const settings = readTestSettings(settle(run), 'all', () => 0.5);
      return await runTest(opened, { ...settings, blockShare: 1 }, context);
    },
    repair: (run = {}) =>
      runRepair(
        {
          opening: openingOf('continue', 'repair', run),
          volumes: (opened) => volumesOf(opened, run),
          synthetic: 'make',
          rebuild: rebuildOf(settle(run)),
        },
        contextOf(run),
      ),
    compact: async (run = {}) => {
      const context = contextOf(run);
      await using opened = await openBackup(openingOf('continue', 'compact', run), context);
      const settings = readCompactSettings(settle(run), await volumesOf(opened, run));
      return await runCompact(opened, settings, context);
    },
    purge: async (accept, run = {}) => {
      const context = contextOf(run);
      const settings = settle(run);
      await using opened = await openBackup(openingOf('continue', 'purge', run), context);
      const volumes = await volumesOf(opened, run);
      const versions = settings.get('version')?.map(({ first }) => first) ?? 'all';
      const compact = readAutoCompactSettings(settings, volumes);
      const dryRun = settings.get('dry-run');
      return await runPurge(
        opened,
        { versions, accept, synthetic: 'make', volumes, compact, dryRun },
        context,
      );
    },
    purgeBroken: async (run = {}) => {
      const context = contextOf(run);
      const settings = settle(run);
      const dryRun = settings.get('dry-run');
      const opening = openingOf(dryRun ? 'read' : 'continue', 'purge-broken-files', run);
      await using opened = await openBackup({ ...opening, losses: 'accept' }, context);
      const lostMetadata = settings.get('disable-replace-missing-metadata') ? 'remove' : 'replace';
      const volumes = await volumesOf(opened, run);
      return await purgeBrokenFiles(opened, { lostMetadata, volumes, dryRun }, context);
    },
    setLocks: async (run = {}) => {
      const context = contextOf(run);
      await using opened = await openBackup(openingOf('read', 'set-locks', run), context);
      const untilMs = clock.now() + (settle(run).get('remote-file-lock-duration') ?? 0);
      return await setLocks(opened, { versions: opened.database.filesets.versions(), untilMs }, context);
    },
    readLocks: async (run = {}) => {
      const context = contextOf(run);
      await using opened = await openBackup(openingOf('read', 'read-lock-info', run), context);
      return await readLocks(opened, 'all', context);
    },
    restore: async (number, localDatabase, run = {}) => {
      const context = contextOf(run);
      const reading = {
        ...openingOf('read', 'restore', run),
        localDatabase,
        selection: { versions: [number], extent: 'all' },
      } as const;
      await using opened = await openForReading(reading, context);
      const seq = opened.database.filesets.versions()[opened.isWhole ? number : 0]?.seq;
      if (seq === undefined) throw new Error(`there is no version ${number}`);
      const target = run.restore?.restorePath ?? newName(folder, 'restored');
      return {
        target,
        result: await runRestore(
          opened,
          restoreEverything({ workers: 1, ...run.restore, seq, restorePath: target }),
          context,
        ),
      };
    },
    open: (run = {}) => openBackup(openingOf('read', 'list', run), contextOf(run)),
  };
}

function rebuildOf(settings: ProgramSettings): RebuildSettings | undefined {
  if (!settings.get('rebuild-missing-dblock-files')) return undefined;
  const partial = settings.get('disable-partial-dblock-recovery') ? 'refuse' : 'accept';
  return { ...readReadingSettings(settings), partial };
}

let names = 0;
function newName(folder: string, label: string): string {
  return join(folder, `${label}-${++names}`);
}

const settled = new Map<string, ProgramSettings>();

/** The same options are settled once: a case asks some twenty times. */
function settleOptions(options: readonly string[]): ProgramSettings {
  const key = options.join('\n');
  const known = settled.get(key) ?? resolveTexts(options);
  settled.set(key, known);
  return known;
}

function resolveTexts(options: readonly string[]): ProgramSettings {
  const texts = options.map((option): [string, string] => {
    const equals = option.indexOf('=');
    return [option.slice(2, equals), option.slice(equals + 1)];
  });
  return resolveProgramOptions({ commandLine: new Map(texts), context: { pathListSeparator: ':' } });
}
