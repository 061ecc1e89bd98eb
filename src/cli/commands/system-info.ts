import process from 'node:process';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { readProgramVersion } from '../program-version.ts';

export async function run({ output }: CommandContext): Promise<ExitCode> {
  const facts = {
    ashlar: readProgramVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl,
    sqlite: process.versions['sqlite'] ?? 'absent',
    zstd: process.versions['zstd'] ?? 'absent',
    platform: process.platform,
    architecture: process.arch,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  for (const [name, value] of Object.entries(facts)) output.print(`${name}: ${value}`);
  output.printJson(facts);
  return EXIT_CODES.success;
}
