import type { RunCommand } from './command.ts';

/** Every command that can be run, by its name in the catalog. Each is loaded only when it is called. */
export const commandTable: Readonly<Record<string, () => Promise<{ readonly run: RunCommand }>>> = {
  backup: () => import('./commands/backup.ts'),
  compact: () => import('./commands/compact.ts'),
  backend: () => import('./commands/backend.ts'),
  'backend-test': () => import('./commands/backend-test.ts'),
  compare: () => import('./commands/compare.ts'),
  find: () => import('./commands/find.ts'),
  list: () => import('./commands/list.ts'),
  affected: () => import('./commands/affected.ts'),
  'list-broken-files': () => import('./commands/list-broken-files.ts'),
  'purge-broken-files': () => import('./commands/purge-broken-files.ts'),
  'list-file-versions': () => import('./commands/list-file-versions.ts'),
  'list-filesets': () => import('./commands/list-filesets.ts'),
  'list-folder-content': () => import('./commands/list-folder-content.ts'),
  search: () => import('./commands/search.ts'),
  completion: () => import('./commands/completion.ts'),
  restore: () => import('./commands/restore.ts'),
  delete: () => import('./commands/delete.ts'),
  purge: () => import('./commands/purge.ts'),
  repair: () => import('./commands/repair.ts'),
  vacuum: () => import('./commands/vacuum.ts'),
  'create-report': () => import('./commands/create-report.ts'),
  test: () => import('./commands/test.ts'),
  'test-filters': () => import('./commands/test-filters.ts'),
  destination: () => import('./commands/destination.ts'),
  pull: () => import('./commands/pull.ts'),
  source: () => import('./commands/source.ts'),
  sources: () => import('./commands/sources.ts'),
  destinations: () => import('./commands/destinations.ts'),
  versions: () => import('./commands/versions.ts'),
  cleanup: () => import('./commands/cleanup.ts'),
  monitor: () => import('./commands/monitor.ts'),
  'find-files': () => import('./commands/find-files.ts'),
  'find-content': () => import('./commands/find-content.ts'),
  'restore-version': () => import('./commands/restore-version.ts'),
  'pull-config': () => import('./commands/pull-config.ts'),
  'system-info': () => import('./commands/system-info.ts'),
};

/** Names of the commands that work, with those that need no table. */
export const availableCommands: ReadonlySet<string> = new Set([
  ...Object.keys(commandTable),
  'help',
  'version',
]);
