import { basename } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type Destination, hasAbility, testAccess } from '../../destinations/index.ts';
import { connect, fetchFile, readTarget, storeFile } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatBytes, formatTime } from '../format-amount.ts';
import { findPlaces, operationContext } from '../session.ts';
import { printableName } from '../terminal.ts';

type Action = (context: CommandContext, destination: Destination) => Promise<object>;

const ACTIONS: Readonly<Record<string, Action>> = { list, get, put, delete: remove, create, test };

export async function run(context: CommandContext): Promise<ExitCode> {
  const [action = '', url = ''] = context.arguments;
  const perform = ACTIONS[action.toLowerCase()];
  if (perform === undefined) {
    throw new CommandLineError('arguments-invalid', `There is no action '${action}' for a destination.`, {
      details: { action },
      hint: `It can be ${Object.keys(ACTIONS).join(', ')}.`,
    });
  }
  const { log } = operationContext(context);
  await using destination = await connect(readTarget(url, context.settings, findPlaces(context)), log);
  context.output.printJson({ operation: 'backend', action, ...(await perform(context, destination)) });
  return EXIT_CODES.success;
}

async function list({ output, control }: CommandContext, destination: Destination): Promise<object> {
  const files = [];
  for await (const file of destination.list({ signal: control.signal })) files.push(file);
  files.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, sizeBytes, modifiedAtMs } of files) {
    const size = sizeBytes < 0 ? '?' : formatBytes(sizeBytes);
    const time = modifiedAtMs === undefined ? '' : formatTime(modifiedAtMs);
    output.print(`${size.padStart(12)}  ${time.padEnd(20)}  ${printableName(name)}`);
  }
  return { files };
}

async function get(context: CommandContext, destination: Destination): Promise<object> {
  const name = nameOf(context, 2);
  const path = context.arguments[3] ?? name;
  const replaces = context.settings.get('overwrite');
  const sizeBytes = await fetchFile(destination, { name, path, replaces }, context.control.signal);
  context.output.print(`Fetched: ${name}, ${formatBytes(sizeBytes)}`);
  return { name, path, sizeBytes };
}

async function put(context: CommandContext, destination: Destination): Promise<object> {
  const path = nameOf(context, 2);
  const name = context.arguments[3] ?? basename(path);
  const sizeBytes = await storeFile(destination, { name, path }, context.control.signal);
  context.output.print(`Stored: ${name}, ${formatBytes(sizeBytes)}`);
  return { name, path, sizeBytes };
}

async function remove(context: CommandContext, destination: Destination): Promise<object> {
  const name = nameOf(context, 2);
  await destination.delete(name, { signal: context.control.signal });
  context.output.print(`Deleted: ${name}`);
  return { name };
}

async function create({ output, control }: CommandContext, destination: Destination): Promise<object> {
  const isPossible = hasAbility(destination, 'createFolder');
  if (isPossible) await destination.createFolder({ signal: control.signal });
  output.print(isPossible ? 'The folder is there.' : 'This kind of destination has no folder to create.');
  return { isCreated: isPossible };
}

async function test({ output, control }: CommandContext, destination: Destination): Promise<object> {
  await testAccess(destination, { mode: 'write', signal: control.signal });
  output.print('The destination can be listed, written, read and deleted from.');
  return {};
}

function nameOf(context: CommandContext, index: number): string {
  const name = context.arguments[index];
  if (name !== undefined) return name;
  throw new CommandLineError(
    'arguments-missing',
    `'backend ${context.arguments[0]}' needs the name of a file.`,
    {
      hint: "'ashlar help backend' explains it.",
    },
  );
}
