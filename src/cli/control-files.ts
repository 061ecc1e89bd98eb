import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackupError } from '../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../catalog/index.ts';
import { type ControlFile, readControlFiles } from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { CommandLineError } from './command-line-error.ts';
import { formatBytes, formatCount } from './format-amount.ts';
import { createOpening, findPassphrase, operationContext } from './session.ts';

/** `list --control-files`. */
export async function listControlFiles(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const files = await readWanted(context, 'list');
  output.printJson({
    operation: 'list',
    controlFiles: files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length })),
  });
  for (const { name, bytes } of files) output.print(`${name} (${formatBytes(bytes.length)})`);
  if (files.length === 0) output.announce('There are no control files.');
  return EXIT_CODES.success;
}

/**
 * `restore --control-files`: writes them into `--restore-path`, where files of their names stay unless
 * `--overwrite` is given.
 */
export async function restoreControlFiles(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const given = settings.get('restore-path');
  if (given === undefined) {
    throw new CommandLineError('arguments-missing', 'Control files have no place of their own.', {
      hint: 'Say with --restore-path where to put them.',
    });
  }
  const folder = resolve(given);
  const files = await readWanted(context, 'restore');
  if (!settings.get('dry-run')) {
    mkdirSync(folder, { recursive: true });
    for (const file of files) writeControlFile(folder, file, settings.get('overwrite'));
  }
  output.printJson({
    operation: 'restore',
    controlFiles: files.map(({ name }) => name),
    targetFolder: folder,
  });
  output.print(`Restored ${formatCount(files.length, 'control file')} to ${folder}`);
  return EXIT_CODES.success;
}

async function readWanted(context: CommandContext, operation: string): Promise<readonly ControlFile[]> {
  const [, ...patterns] = context.arguments;
  const opening = createOpening(context, {
    operation,
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const files = await readControlFiles(opening.target, operationContext(context));
  return patterns.length === 0 ? files : files.filter(({ name }) => patterns.includes(name));
}

function writeControlFile(folder: string, { name, bytes }: ControlFile, overwrite: boolean): void {
  const path = join(folder, name);
  try {
    writeFileSync(path, bytes, { mode: 0o600, flag: overwrite ? 'w' : 'wx' });
  } catch (error) {
    throw new BackupError('control-file-unwritable', `The control file '${path}' cannot be written.`, {
      details: { path },
      hint: 'Where a file of that name is there already, give --overwrite or another --restore-path.',
      cause: error,
    });
  }
}
