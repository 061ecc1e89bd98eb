import type { RunCommand } from './command.ts';

/** Every command that can be run, by its name in the catalog. Each is loaded only when it is called. */
export const commandTable: Readonly<Record<string, () => Promise<{ readonly run: RunCommand }>>> = {
  backup: () => import('./commands/backup.ts'),
  completion: () => import('./commands/completion.ts'),
  restore: () => import('./commands/restore.ts'),
  delete: () => import('./commands/delete.ts'),
  'system-info': () => import('./commands/system-info.ts'),
};

/** Names of the commands that work, with those that need no table. */
export const availableCommands: ReadonlySet<string> = new Set([
  ...Object.keys(commandTable),
  'help',
  'version',
]);
