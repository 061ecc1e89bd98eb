import {
  chooseVersions,
  findVersions,
  type OpenedForReading,
  type Reading,
  type ReadVersion,
  type VersionQuery,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { readVersionRequest } from '../version-request.ts';
import { openReading } from './open-reading.ts';

/** A backup that is open with the paths of some versions at hand. */
export interface OpenVersions {
  readonly opened: OpenedForReading;
  readonly versions: readonly ReadVersion[];
}

/** The versions that `--version`, `--time` and `--all-versions` ask for. */
export function readVersionQuery(context: CommandContext): VersionQuery {
  return { ...readVersionRequest(context), isAll: context.settings.get('all-versions') };
}

/**
 * Opens the backup with the wanted paths of the versions that a query means, and warns of versions that there
 * are not. The caller disposes of what is open.
 */
export async function openVersions(
  context: CommandContext,
  wanted: {
    readonly operation: string;
    readonly query: VersionQuery;
    readonly accept: (path: string) => boolean;
  },
): Promise<OpenVersions> {
  const { operation, query, accept } = wanted;
  const selection: Reading['selection'] = (times) => ({
    versions: chooseVersions(times, query).numbers,
    accept,
    extent: 'all',
    content: 'paths-only',
  });
  const opened = await openReading(context, operation, selection);
  try {
    const { versions, beyond } = findVersions(opened, query);
    warnOfMissing(beyond, context);
    return { opened, versions };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

function warnOfMissing(beyond: readonly number[], { output }: CommandContext): void {
  const [first] = beyond;
  if (first === undefined) return;
  output.write(
    'warning',
    'version-not-found',
    `There is no version ${first}${beyond.length > 1 ? ' or above' : ''}.`,
  );
}
