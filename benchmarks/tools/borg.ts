import { join } from 'node:path';
import type { Command } from '../measure.ts';
import { PASSPHRASE, type Places, type Tool, toolCommand } from './tool.ts';

export const BORG_PROGRAM = ['borg'] as const;

export function borg(version: string): Tool {
  const environment = { BORG_PASSPHRASE: PASSPHRASE };
  const run = (places: Places, rest: readonly string[], more: Partial<Command> = {}) =>
    toolCommand(BORG_PROGRAM, places, rest, { environment, ...more });
  const archive = (places: Places, label: string) => `${places.repository}::${label}`;
  const extract = (places: Places, label: string, paths: readonly string[]) =>
    run(places, ['extract', archive(places, label), ...paths], { folder: places.target });
  return {
    displayName: 'BorgBackup',
    isBase: false,
    version,
    settings: 'repokey-blake2, zstd,3',
    start: (places) => run(places, ['--version']),
    prepare: (places) => run(places, ['init', '--encryption=repokey-blake2', places.repository]),
    backup: (places, label) =>
      run(places, ['create', '--compression=zstd,3', archive(places, label), places.source]),
    restore: (places, label) => extract(places, label, []),
    restoreFile: (places, label, path) => extract(places, label, [path.slice(1)]),
    listFiles: (places, label) => run(places, ['list', archive(places, label)]),
    rebuild: () => undefined,
    // Two commands, timed as one.
    deleteOld: (places) =>
      toolCommand(
        ['bash'],
        places,
        ['-c', 'borg prune --keep-last=1 "$0" && borg compact "$0"', places.repository],
        { environment },
      ),
    restored: (places) => join(places.target, places.source),
  };
}
