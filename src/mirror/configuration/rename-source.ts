import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorContext } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import { finishRename, holdSource } from '../hold-source.ts';
import type { Configuration, Source } from './configuration.ts';

/**
 * Gives a source another name, and its folder too. The name is booked first with the former one beside it, so
 * that a rename that is interrupted loses sight of no version, and is finished by the next run or cleanup.
 * Throws `pull-name-…`, `pull-destination-…`, `pull-source-busy`.
 */
export function renameSource(
  name: string,
  newName: string,
  configuration: Configuration,
  context: MirrorContext,
): Source {
  using held = holdSource(configuration.source(name), 'rename', context);
  if (held === undefined) {
    throw new MirrorError('pull-source-busy', `The source '${name}' is being worked on just now.`, {
      details: { source: name },
      hint: 'Rename it after that.',
      retryable: true,
    });
  }
  const { destination } = held.source;
  identifyDestination(destination);
  const folder = join(destination.path, newName);
  if (existsSync(folder)) {
    throw new MirrorError('pull-name-taken', `There is a folder '${folder}' already.`, {
      details: { name: newName, folder },
      hint: 'Choose another name, or move that folder away.',
    });
  }
  finishRename(configuration.renameSource(name, newName), context);
  return configuration.source(newName);
}
