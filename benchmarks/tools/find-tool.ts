import { spawnSync } from 'node:child_process';
import { ASHLAR_PROGRAM, ashlar } from './ashlar.ts';
import { BORG_PROGRAM, borg } from './borg.ts';
import { RESTIC_PROGRAM, restic } from './restic.ts';
import type { Tool } from './tool.ts';

interface KnownTool {
  readonly program: readonly [string, ...string[]];
  readonly versionCommand: string;
  readonly make: (version: string) => Tool;
  readonly install: string;
}

const TOOLS = {
  ashlar: {
    program: ASHLAR_PROGRAM,
    versionCommand: '--version',
    make: ashlar,
    install: 'It is this checkout; run `npm ci`.',
  },
  restic: {
    program: RESTIC_PROGRAM,
    versionCommand: 'version',
    make: restic,
    install: 'Debian and Ubuntu: apt install restic. Others: https://restic.net',
  },
  borg: {
    program: BORG_PROGRAM,
    versionCommand: '--version',
    make: borg,
    install: 'Debian and Ubuntu: apt install borgbackup. Others: https://www.borgbackup.org',
  },
} as const satisfies Record<string, KnownTool>;

export const TOOL_NAMES = ['ashlar', 'restic', 'borg'] as const satisfies readonly (keyof typeof TOOLS)[];
export type ToolName = (typeof TOOL_NAMES)[number];

/** The tool with its version, or a sentence that says how to get it. */
export function findTool(name: ToolName): Tool | string {
  const { program, versionCommand, make, install }: KnownTool = TOOLS[name];
  const [file, ...leading] = program;
  const run = spawnSync(file, [...leading, versionCommand], { encoding: 'utf8' });
  if (run.status !== 0) return `${name} is not installed and left out. ${install}`;
  return make(/\d+\.\d+\.\d+/.exec(run.stdout)?.[0] ?? 'unknown');
}
