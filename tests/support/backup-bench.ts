import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LogEntry, RunController, systemClock } from '../../src/base/index.ts';
import type { FilterContext, FilterRule, FilterVariables } from '../../src/filters/index.ts';
import {
  type BackupResult,
  detectZipMethod,
  type Opened,
  type Opening,
  type OperationContext,
  openBackup,
  type Progress,
  type RestoreResult,
  readBackupSettings,
  readDefaultFormat,
  readGivenFormat,
  readTarget,
  readVolumeSettings,
  rememberZipMethod,
  runBackup,
  runRestore,
} from '../../src/operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../src/options/index.ts';
import { prepareSources } from '../../src/sources/index.ts';
import { Remote, type TransferStatistics } from '../../src/transfer/index.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type FaultyDestination, faultyDestination } from './faulty-destination.ts';
import { restoreEverything } from './restore-settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FILTERS: FilterContext = { places: { platform: 'linux' }, isCaseSensitive: true };
/** Small volumes and blocks, so that small trees make several; nothing waits. */
const SMALL = ['--blocksize=1kb', '--dblock-size=1mb', '--retry-delay=0s', '--number-of-retries=0'];

export interface BenchSettings {
  readonly destination?: string;
  readonly source?: string;
  readonly passphrase?: string | null;
  /** `--name=value`, for all runs. */
  readonly options?: readonly string[];
}

export interface RunSettings {
  readonly options?: readonly string[];
  readonly sources?: readonly string[];
  readonly passphrase?: string | null;
  readonly rules?: readonly FilterRule[];
  /** For `%NAME%` in rules. */
  readonly variables?: FilterVariables;
  /** What goes wrong at the destination once the backup was opened. */
  readonly faults?: FaultPlan;
  readonly controller?: RunController;
  readonly report?: (progress: Progress) => void;
  /** Where a restore goes. Default: a new folder. */
  readonly target?: string;
  /** Called between opening and running. */
  readonly beforeRun?: (opened: Opened) => void | Promise<void>;
}

export interface BackupRun {
  readonly result: BackupResult;
  readonly transfer: TransferStatistics;
  readonly log: readonly LogEntry[];
  readonly faulty: FaultyDestination | undefined;
}

/** The real backup and restore, with options as on a command line, on folders of the test. */
export interface BackupBench {
  readonly folder: string;
  readonly source: string;
  readonly destination: string;
  readonly databasePath: string;
  backup(run?: RunSettings): Promise<BackupRun>;
  /** Opens the backup for reading; the caller disposes of it. */
  open(run?: RunSettings): Promise<Opened>;
  /** Restores version `number` (0 the newest) and gives the path that it went to. */
  restore(number: number, run?: RunSettings): Promise<{ target: string; result: RestoreResult }>;
}

export async function backupBench(t: TestContext, bench: BenchSettings = {}): Promise<BackupBench> {
  const folder = await temporaryFolder(t);
  const source = bench.source ?? join(folder, 'source');
  const destination = bench.destination ?? join(folder, 'destination');
  if (!existsSync(source)) await mkdir(source, { recursive: true });
  const databasePath = join(folder, 'data', 'database.sqlite');
  await mkdir(join(folder, 'data'), { recursive: true });

  const opening = (run: RunSettings, operation: 'backup' | 'restore'): [Opening, ProgramSettings] => {
    const passphrase = run.passphrase === undefined ? (bench.passphrase ?? null) : run.passphrase;
    const settings = settle([
      `--dbpath=${databasePath}`,
      ...(bench.options ?? SMALL),
      ...(run.options ?? []),
      passphrase === null ? '--no-encryption=true' : `--passphrase=${passphrase}`,
    ]);
    const places = { dataFolder: join(folder, 'data'), temporaryFolder: join(folder, 'temporary') };
    return [
      {
        target: readTarget(destination, settings, places),
        operation,
        purpose: operation === 'backup' ? 'begin' : 'read',
        given: readGivenFormat(settings),
        defaults: readDefaultFormat(settings),
        verification: 'listing',
        folder: operation === 'backup' ? 'create' : 'must-exist',
      },
      settings,
    ];
  };

  async function backup(run: RunSettings = {}): Promise<BackupRun> {
    const log: LogEntry[] = [];
    const context = operationContext(run, log);
    const [target, settings] = opening(run, 'backup');
    const prepared = prepareSources(run.sources ?? [source]);
    await using opened = await openBackup(target, context);
    const habits = { zipMethod: await detectZipMethod(opened) };
    const volumes = readVolumeSettings(settings, habits, {
      version: '0.0.0',
      nowMs: Date.now(),
      keys: opened.keys,
    });
    await run.beforeRun?.(opened);
    const { remote, faulty } = withFaults(opened, run, context);
    const result = await runBackup(
      { ...opened, remote },
      readBackupSettings(settings, {
        prepared,
        rules: run.rules ?? [],
        filterContext: { ...FILTERS, variables: run.variables ?? {} },
        volumes: { ...volumes, volume: { ...volumes.volume, fileHash: opened.format.fileHash } },
        forbiddenPaths: new Set(),
      }),
      context,
    );
    if (volumes.volume.compression === 'zip') rememberZipMethod(opened, volumes.volume.archive.method);
    return { result, transfer: remote.statistics, log, faulty };
  }

  async function open(run: RunSettings = {}): Promise<Opened> {
    const [target] = opening(run, 'restore');
    return openBackup(target, operationContext(run, []));
  }

  let restores = 0;
  async function restore(
    number: number,
    run: RunSettings = {},
  ): Promise<{ target: string; result: RestoreResult }> {
    await using opened = await open(run);
    const seq = opened.database.filesets.versions()[number]?.seq;
    if (seq === undefined) throw new Error(`there is no version ${number}`);
    const target = run.target ?? join(folder, `restored-${++restores}`);
    const result = await runRestore(
      opened,
      restoreEverything({ seq, restorePath: target }),
      operationContext(run, []),
    );
    return { target, result };
  }

  return { folder, source, destination, databasePath, backup, open, restore };
}

function operationContext(run: RunSettings, log: LogEntry[]): OperationContext {
  return {
    log: { write: (level, id, text) => void log.push({ level, id, text }) },
    control: run.controller ?? new RunController(),
    clock: systemClock,
    report: run.report ?? (() => {}),
  };
}

function withFaults(
  opened: Opened,
  run: RunSettings,
  context: OperationContext,
): { remote: Remote; faulty: FaultyDestination | undefined } {
  if (run.faults === undefined) return { remote: opened.remote, faulty: undefined };
  const faulty = faultyDestination(opened.remote.destination, run.faults);
  const remote = new Remote(
    faulty,
    { retry: opened.target.retry, folder: 'create' },
    { log: context.log, signal: context.control.signal, statistics: opened.remote.statistics },
  );
  return { remote, faulty };
}

function settle(options: readonly string[]): ProgramSettings {
  const texts = options.map((option): [string, string] => {
    const equals = option.indexOf('=');
    return [option.slice(2, equals), option.slice(equals + 1)];
  });
  return resolveProgramOptions({ commandLine: new Map(texts), context: { pathListSeparator: ':' } });
}
