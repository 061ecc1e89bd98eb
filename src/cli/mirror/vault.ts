import { readFileSync } from 'node:fs';
import { BackupError } from '../../base/index.ts';
import type { VaultPort, VaultRequest } from '../../mirror/index.ts';
import {
  type BackupResult,
  type OperationContext,
  openBackup,
  readBackupSettings,
  rememberZipMethod,
  runBackup,
} from '../../operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../options/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { type ParametersFile, parseParametersFile } from '../parameters-file.ts';
import { RunBook } from '../run-book.ts';
import { createOpening, filterContext } from '../session.ts';
import { readBackupVolumes } from '../volume-settings.ts';

/** Vaults as the engine stores them: each an ordinary backup, whose options stand in a parameters file. */
export function createVault(command: CommandContext): VaultPort {
  return {
    store: async (request) => {
      const file = readParameters(request);
      const settings = resolveProgramOptions({
        commandLine: new Map(),
        parametersFile: file.options,
        environment: command.environment,
        context: { pathListSeparator: ':' },
      });
      let warnings = 0;
      const operation: OperationContext = {
        log: {
          write: (level, id, text) => {
            if (level === 'warning' || level === 'error') warnings++;
            command.output.write(level, id, text);
          },
        },
        control: { signal: request.signal, isStopping: () => false },
        clock: command.clock,
        report: () => {},
      };
      const result = await store({ command, settings, file, request }, operation);
      return { text: describe(result), warnings };
    },
  };
}

interface VaultRun {
  readonly command: CommandContext;
  readonly settings: ProgramSettings;
  readonly file: ParametersFile;
  readonly request: VaultRequest;
}

async function store(run: VaultRun, operation: OperationContext): Promise<BackupResult> {
  const { command, settings, file, request } = run;
  const context: CommandContext = {
    ...command,
    arguments: [request.url],
    settings,
    book: new RunBook(command.clock, (text) => text),
  };
  const opening = createOpening(context, {
    operation: 'backup',
    purpose: 'begin',
    passphrase: readPassphrase(settings),
  });
  await using opened = await openBackup(opening, operation);
  const volumes = await readBackupVolumes(context, opened);
  const backup = readBackupSettings(settings, {
    prepared: {
      roots: request.roots.map(({ storedAs }) => storedAs),
      contained: [],
      empty: [],
      problems: [],
    },
    relocations: request.roots.map(({ folder, storedAs }) => ({ path: storedAs, folder: `${folder}/` })),
    rules: file.filters,
    filterContext: filterContext(context),
    volumes,
    forbiddenPaths: new Set(),
  });
  const result = await runBackup(opened, backup, operation);
  if (volumes.volume.compression === 'zip') rememberZipMethod(opened, volumes.volume.archive.method);
  return result;
}

function readParameters({ parametersFile }: VaultRequest): ParametersFile {
  if (parametersFile === undefined) return parseParametersFile('', ':');
  return parseParametersFile(readFileSync(parametersFile, 'utf8'), ':');
}

/** Nobody is there to be asked, so that a vault without either says what is missing. */
function readPassphrase(settings: ProgramSettings): string | undefined {
  if (settings.get('no-encryption')) return undefined;
  const passphrase = settings.get('passphrase');
  if (passphrase !== undefined && passphrase !== '') return passphrase;
  throw new BackupError('vault-without-passphrase', 'The vault has no passphrase.', {
    hint: 'Write --passphrase=... into a file that only you can read, and name it with the field vault-parameters-file; or --no-encryption.',
  });
}

function describe(result: BackupResult): string {
  if (result.versionTime === undefined) return 'The vault holds everything already.';
  const time = new Date(result.versionTime * 1000).toISOString();
  return `Stored in the vault as version of ${time}: ${formatCount(result.files.added, 'file')} new, ${result.files.modified} changed, ${formatBytes(result.newBlockBytes)} of new data.`;
}
