import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';

/** A version by the name of its folder, or `newest`. Throws `pull-version-unknown`, `pull-destination-…`. */
export function findVersion(
  source: Source,
  name: string,
  { database }: MirrorContext,
): { readonly run: MirrorRun; readonly folder: string } {
  identifyDestination(source.destination);
  const versions = database.runs.versions(source.id);
  const run = name === 'newest' ? versions[0] : versions.find(({ folder }) => folder === name);
  const folder = join(source.folder, run?.folder ?? '');
  if (run?.folder !== undefined && existsSync(folder)) return { run, folder };
  throw new MirrorError('pull-version-unknown', `There is no version '${name}' of '${source.name}'.`, {
    details: { source: source.name, version: name },
    hint: "'ashlar versions' lists them.",
  });
}
