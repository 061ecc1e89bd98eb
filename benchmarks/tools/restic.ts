import { join } from 'node:path';
import { PASSPHRASE, type Places, type Tool, toolCommand } from './tool.ts';

export const RESTIC_PROGRAM = ['restic'] as const;

export function restic(version: string): Tool {
  const run = (places: Places, rest: readonly string[]) =>
    toolCommand(RESTIC_PROGRAM, places, ['--quiet', '--repo', places.repository, ...rest], {
      environment: { RESTIC_PASSWORD: PASSPHRASE },
    });
  return {
    displayName: 'restic',
    isBase: true,
    version,
    settings: 'defaults',
    start: (places) => run(places, ['version']),
    prepare: (places) => run(places, ['init']),
    backup: (places, label) => run(places, ['backup', '--tag', label, places.source]),
    restore: (places, label) => run(places, ['restore', 'latest', '--tag', label, '--target', places.target]),
    restoreFile: (places, _label, path) =>
      run(places, ['restore', 'latest', '--include', path, '--target', places.target]),
    listFiles: (places) => run(places, ['ls', 'latest']),
    rebuild: () => undefined,
    deleteOld: (places) => run(places, ['forget', '--group-by=', '--keep-last=1', '--prune']),
    restored: (places) => join(places.target, places.source),
  };
}
