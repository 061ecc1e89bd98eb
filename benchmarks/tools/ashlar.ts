import { resolve } from 'node:path';
import process from 'node:process';
import type { Command } from '../measure.ts';
import { PASSPHRASE, type Places, type Tool, toolCommand } from './tool.ts';

export const ASHLAR_PROGRAM = [process.execPath, resolve('bin/ashlar.js')] as const;

export function ashlar(version: string): Tool {
  const run = (places: Places, rest: readonly string[], more: Partial<Command> = {}) =>
    toolCommand(ASHLAR_PROGRAM, places, rest, { environment: { PASSPHRASE }, ...more });
  const restore = (places: Places, rest: readonly string[]) =>
    run(places, ['restore', places.repository, ...rest, `--restore-path=${places.target}`]);
  return {
    displayName: 'Ashlar',
    isBase: false,
    version: `${version} on Node ${process.versions.node}`,
    settings: 'defaults: AES Crypt, Zstandard 2',
    start: (places) => run(places, ['--version']),
    prepare: () => undefined,
    // Exit code 1: nothing had changed.
    backup: (places) => run(places, ['backup', places.repository, places.source], { successCodes: [0, 1] }),
    restore: (places, _label, age = 0) => restore(places, [`--version=${age}`, '--restore-permissions']),
    restoreFile: (places, _label, path) => restore(places, [`@${path}`]),
    listFiles: (places) => run(places, ['list', places.repository, '*', '--version=0']),
    rebuild: (places) => run(places, ['repair', places.repository]),
    deleteOld: (places) => run(places, ['delete', places.repository, '--keep-versions=1']),
    restored: (places) => places.target,
  };
}
