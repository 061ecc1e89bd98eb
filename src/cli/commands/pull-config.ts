import { readFileSync } from 'node:fs';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  applyDocument,
  configurationSchema,
  effectiveRows,
  resolveFields,
  writeDocument,
} from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { printFields } from '../mirror/show-fields.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output } = command;
  const [action = '', ...rest] = command.arguments;
  using mirror = openMirror(command);
  const { configuration, database } = mirror;
  switch (action) {
    case 'show':
      printDocument(writeDocument(configuration), command);
      break;
    case 'schema':
      printDocument(configurationSchema(), command);
      break;
    case 'edit':
      configuration.editDefaults(rest);
      printFields(effectiveRows('defaults', resolveFields({ defaults: configuration.defaults() })), output);
      break;
    case 'apply': {
      const { destinations, sources } = applyDocument(readDocument(rest), configuration, database);
      output.print(`Applied ${destinations.length} destinations and ${sources.length} sources.`);
      output.printJson({ operation: 'pull-config', destinations, sources });
      break;
    }
    default:
      throw new CommandLineError('arguments-invalid', `The configuration cannot be told to '${action}'.`, {
        hint: 'The actions are show, apply, edit and schema.',
      });
  }
  return EXIT_CODES.success;
}

function printDocument(document: object, { output }: CommandContext): void {
  output.printJson(document);
  output.print(JSON.stringify(document, null, 2));
}

function readDocument([path]: readonly string[]): string {
  if (path === undefined) throw new CommandLineError('arguments-missing', 'The argument <file> is missing.');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandLineError('arguments-invalid', `Cannot read '${path}'.`, { cause: error });
  }
}
