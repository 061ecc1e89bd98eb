import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LogEntry, RunController, systemClock } from '../../src/base/index.ts';
import {
  type BackupResult,
  type Opened,
  type Opening,
  type OperationContext,
  openBackup,
  readBackupSettings,
  readDefaultFormat,
  readGivenFormat,
  readKeys,
  readTarget,
  readVolumeSettings,
  runBackup,
  runRestore,
} from '../../src/operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../src/options/index.ts';
import { prepareSources } from '../../src/sources/index.ts';
import { restoreEverything } from './restore-settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type OptionTexts = Readonly<Record<string, string>>;

/** A backup of a folder into a folder, made by the operations that the commands call. */
export interface LocalBackup {
  readonly source: string;
  readonly destination: string;
  /** The folder of local databases. */
  readonly dataFolder: string;
  /** Everything that was logged so far. */
  readonly log: LogEntry[];
  readonly context: OperationContext;
  settings(options?: OptionTexts): ProgramSettings;
  opening(purpose: Opening['purpose'], options?: OptionTexts): Opening;
  open(purpose: Opening['purpose'], options?: OptionTexts): Promise<Opened>;
  volumes(options?: OptionTexts): ReturnType<typeof readVolumeSettings>;
  backUp(options?: OptionTexts): Promise<BackupResult>;
  /** Restores a version, 0 the newest, into a new folder, and gives that. */
  restore(version: number, options?: OptionTexts): Promise<string>;
}

const OPTIONS: OptionTexts = {
  passphrase: 'a passphrase',
  blocksize: '1KB',
  'dblock-size': '1MB',
  'aes-v3-iterations': '8192',
  'backup-test-samples': '0',
  'backup-test-percentage': '0',
  'concurrency-max-threads': '1',
  'number-of-retries': '0',
};

export async function localBackup(t: TestContext): Promise<LocalBackup> {
  const folder = await temporaryFolder(t);
  const [source, destination, dataFolder, temporary] = ['source', 'destination', 'data', 'temporary'].map(
    (name) => join(folder, name),
  ) as [string, string, string, string];
  for (const path of [source, destination, dataFolder, temporary]) mkdirSync(path);
  const log: LogEntry[] = [];
  const context: OperationContext = {
    log: { write: (level, id, text) => void log.push({ level, id, text }) },
    control: new RunController(),
    clock: systemClock,
    report: () => {},
  };
  const settings = (options: OptionTexts = {}) =>
    resolveProgramOptions({
      commandLine: new Map(Object.entries({ ...OPTIONS, ...options })),
      parametersFile: new Map(),
      environment: {},
      context: { pathListSeparator: ':' },
    });
  const opening = (purpose: Opening['purpose'], options: OptionTexts = {}): Opening => {
    const chosen = settings(options);
    return {
      target: readTarget(destination, chosen, { dataFolder, temporaryFolder: temporary }),
      operation: 'test',
      purpose,
      given: readGivenFormat(chosen),
      defaults: readDefaultFormat(chosen),
      verification: 'listing',
      folder: 'must-exist',
    };
  };
  const open = (purpose: Opening['purpose'], options?: OptionTexts) =>
    openBackup(opening(purpose, options), context);
  const volumes = (options?: OptionTexts) =>
    readVolumeSettings(
      settings(options),
      { zipMethod: undefined },
      { version: 'test', nowMs: systemClock.now(), keys: readKeys(settings(options)) },
    );
  let restores = 0;
  return {
    source,
    destination,
    dataFolder,
    log,
    context,
    settings,
    opening,
    open,
    volumes,
    backUp: async (options) => {
      await using opened = await open('begin', options);
      const chosen = readBackupSettings(settings(options), {
        prepared: prepareSources([source]),
        rules: [],
        filterContext: {
          places: { platform: 'linux', temporaryFolder: '/nowhere' },
          isCaseSensitive: true,
          variables: {},
        },
        volumes: volumes(options),
        forbiddenPaths: new Set(),
      });
      return await runBackup(opened, chosen, context);
    },
    restore: async (version, options) => {
      await using opened = await open('read', options);
      const fileset = opened.database.filesets.versions()[version];
      if (fileset === undefined) throw new Error(`there is no version ${version}`);
      const restorePath = join(folder, `restored-${restores++}`);
      const result = await runRestore(
        opened,
        restoreEverything({ seq: fileset.seq, restorePath, restorePermissions: false, workers: 1 }),
        context,
      );
      if (result.brokenFiles.length > 0 || result.brokenVolumes.length > 0)
        throw new Error(`version ${version} is not whole: ${JSON.stringify(result)}`);
      return restorePath;
    },
  };
}
