import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../configuration/configuration.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { walkTree } from '../tree/walk-tree.ts';
import { DUMPS, PARTIAL, PARTIAL_SELECTION } from './version-name.ts';

/** Only the account that pulls may look: numbers of owners mean other people here than on the server. */
const PRIVATE_MODE = 0o700;

const OWNER_MAY_ALL = 0o700;

export interface PartialFolder {
  readonly path: string;
  /** True when it holds files of an earlier run. */
  readonly isReused: boolean;
}

/**
 * Makes the folder that a run works in. What an earlier run left is used again when it was made for the same
 * selection; every file in it that has a second name is taken out first, because rsync changes owner, mode
 * and time of files in place, and the other name may belong to a completed version.
 */
export async function preparePartialFolder(source: Source, signal: AbortSignal): Promise<PartialFolder> {
  const path = join(source.folder, PARTIAL);
  const selectionPath = join(source.folder, PARTIAL_SELECTION);
  const selection = describeSelection(source);
  mkdirSync(source.folder, { recursive: true, mode: PRIVATE_MODE });
  const isReused = existsSync(path) && readText(selectionPath) === selection;
  if (isReused) await takeOutLinked(path, signal);
  else await removeTree(path);
  writeFileSync(selectionPath, selection, { mode: 0o600 });
  mkdirSync(path, { recursive: true, mode: 0o755 });
  rmSync(join(path, DUMPS), { recursive: true, force: true });
  return { path, isReused };
}

/** Deletes what an earlier run left; false where there is nothing. */
export async function dropPartialFolder(source: Source): Promise<boolean> {
  const path = join(source.folder, PARTIAL);
  if (!existsSync(path)) return false;
  await removeTree(path);
  rmSync(join(source.folder, PARTIAL_SELECTION), { force: true });
  return true;
}

/** What decides whether files of an earlier run belong into a later one. */
function describeSelection({ settings }: Source): string {
  const names = ['host', 'include', 'exclude', 'follow-links', 'one-file-system'] as const;
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, settings.get(name) ?? null])));
}

async function takeOutLinked(path: string, signal: AbortSignal): Promise<void> {
  await walkTree(
    path,
    ({ path: entry, stat }) => {
      // A folder may have come without the right to change it; rsync gives it its mode again.
      if (stat.isDirectory()) chmodSync(entry, stat.mode | OWNER_MAY_ALL);
      else if (stat.nlink > 1) unlinkSync(entry);
      return undefined;
    },
    { signal },
  );
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
