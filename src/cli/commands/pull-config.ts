import { readFileSync } from 'node:fs';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  applyDocument,
  configurationSchema,
  type DocumentForm,
  effectiveRows,
  formatDocument,
  resolveFields,
  writeDocument,
} from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatCount } from '../format-amount.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { printFields } from '../mirror/show-fields.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output } = command;
  const [action = '', ...rest] = command.arguments;
  using mirror = openMirror(command);
  const { configuration, database } = mirror;
  switch (action) {
    case 'show':
      printDocument(writeDocument(configuration), readForm(rest[0]), command);
      break;
    case 'schema':
      printDocument(configurationSchema(), 'json', command);
      break;
    case 'edit':
      configuration.editDefaults(rest);
      printFields(effectiveRows('defaults', resolveFields({ defaults: configuration.defaults() })), output);
      break;
    case 'apply': {
      const { destinations, sources } = applyDocument(readDocument(rest), configuration, database);
      output.print(
        `Applied ${formatCount(destinations.length, 'destination')} and ${formatCount(sources.length, 'source')}.`,
      );
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

function printDocument(
  document: Readonly<Record<string, unknown>>,
  form: DocumentForm,
  { output }: CommandContext,
): void {
  output.printJson(document);
  output.print(formatDocument(document, form).trimEnd());
}

function readForm(given = 'json'): DocumentForm {
  if (given === 'json' || given === 'toml') return given;
  throw new CommandLineError('arguments-invalid', `The configuration cannot be shown as '${given}'.`, {
    hint: 'The forms are json and toml.',
  });
}

/** The form is told by the ending of the name. */
function readDocument([path]: readonly string[]): { readonly text: string; readonly form: DocumentForm } {
  if (path === undefined) throw new CommandLineError('arguments-missing', 'The argument <file> is missing.');
  try {
    return { text: readFileSync(path, 'utf8'), form: /\.toml$/i.test(path) ? 'toml' : 'json' };
  } catch (error) {
    throw new CommandLineError('arguments-invalid', `Cannot read '${path}'.`, { cause: error });
  }
}
