import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, type LogEntry, RunController } from '../../src/base/index.ts';
import {
  type BackupResult,
  type DeleteResult,
  detectZipMethod,
  type Opened,
  type Opening,
  type OperationContext,
  openBackup,
  openForReading,
  type RepairResult,
  type RestoreResult,
  readBackupSettings,
  readDefaultFormat,
  readGivenFormat,
  readRetentionPolicy,
  readTarget,
  readTestSettings,
  readVolumeSettings,
  rememberZipMethod,
  runBackup,
  runDelete,
  runRepair,
  runRestore,
  runTest,
  type TestResult,
} from '../../src/operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../src/options/index.ts';
import { prepareSources } from '../../src/sources/index.ts';
import type { FaultPlan } from './fault-plan.ts';
import { faultyDestination } from './faulty-destination.ts';
import { MemoryDestination, type MemoryStorage, memoryStorage } from './memory-destination.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Volumes as small as they may be; nothing waits, nothing is repeated, nothing is tested but what the test asks for. */
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
}

/** The operations that the commands call, on one backup whose destination is in memory. Each call is a run of its own: it opens, works and closes. */
export interface Engine {
  readonly folder: string;
  readonly source: string;
  readonly databasePath: string;
  readonly storage: MemoryStorage;
  /** Everything that was logged so far. */
  readonly log: LogEntry[];
  backup(run?: EngineRun): Promise<BackupResult>;
  /** As `delete`, with the rule in the options. */
  delete(run?: EngineRun): Promise<DeleteResult>;
  /** `test all`, with every block. */
  test(run?: EngineRun): Promise<TestResult>;
  repair(run?: EngineRun): Promise<RepairResult>;
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

export async function createEngine(t: TestContext, given: EngineSettings = {}): Promise<Engine> {
  const folder = await temporaryFolder(t);
  const source = join(folder, 'source');
  const databasePath = join(folder, 'data', 'database.sqlite');
  for (const path of [source, join(folder, 'data'), join(folder, 'temporary')]) mkdirSync(path);
  const storage = memoryStorage();
  const log: LogEntry[] = [];
  const clock = given.clock ?? { now: () => Date.now() };

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
    const connect = async () => {
      const inner = new MemoryDestination(storage, clock);
      return run.faults === undefined ? inner : faultyDestination(inner, run.faults);
    };
    return {
      target: { ...readTarget('/destination-of-the-test', settings, places), connect },
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
    storage,
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
      return await runDelete(opened, { policy, dryRun: false }, context);
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
        },
        contextOf(run),
      ),
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
      const target = newName(folder, 'restored');
      return {
        target,
        result: await runRestore(opened, { ...EVERYTHING, seq, restorePath: target }, context),
      };
    },
    open: (run = {}) => openBackup(openingOf('read', 'list', run), contextOf(run)),
  };
}

const EVERYTHING = {
  selection: { accept: () => true, literals: [] },
  overwrite: false,
  restorePermissions: true,
  restoreSymlinkMetadata: true,
  skipMetadata: false,
  skipVerification: false,
  dontCompressRestorePaths: false,
  withLocalBlocks: false,
  dryRun: false,
  skipFilesLargerThanBytes: undefined,
  workers: 1,
} as const;

let names = 0;
function newName(folder: string, label: string): string {
  return join(folder, `${label}-${++names}`);
}

function settleOptions(options: readonly string[]): ProgramSettings {
  const texts = options.map((option): [string, string] => {
    const equals = option.indexOf('=');
    return [option.slice(2, equals), option.slice(equals + 1)];
  });
  return resolveProgramOptions({ commandLine: new Map(texts), context: { pathListSeparator: ':' } });
}
