import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { Command } from './measure.ts';

export const TOOL_NAMES = ['ashlar', 'restic', 'borg'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** The folders that one run of one tool works in. */
export interface Places {
  readonly source: string;
  readonly repository: string;
  /** Local databases and caches. */
  readonly home: string;
  readonly target: string;
}

/** How a backup program is driven. All three encrypt, and compress with Zstandard. */
export interface Tool {
  readonly name: ToolName;
  readonly displayName: string;
  readonly version: string;
  readonly settings: string;
  /** Sets a repository up, where that is a step of its own. Not measured. */
  prepare(places: Places): Command | undefined;
  backup(places: Places, label: string): Command;
  /** Restores everything of the backup with this label, the newest one. */
  restore(places: Places, label: string): Command;
  /** Where the source's own entries lie after the restore. */
  restored(places: Places): string;
}

const PASSPHRASE = 'correct horse battery staple';
const INSTALL: Readonly<Record<ToolName, string>> = {
  ashlar: 'It is this checkout; run `npm ci`.',
  restic: 'Debian and Ubuntu: apt install restic. Others: https://restic.net',
  borg: 'Debian and Ubuntu: apt install borgbackup. Others: https://www.borgbackup.org',
};

/** The tool with its version, or a sentence that says how to get it. */
export function findTool(name: ToolName): Tool | string {
  const [program, ...leading] = PROGRAMS[name];
  const run = spawnSync(program, [...leading, name === 'restic' ? 'version' : '--version'], {
    encoding: 'utf8',
  });
  if (run.status !== 0) return `${name} is not installed and left out. ${INSTALL[name]}`;
  const version = /\d+\.\d+\.\d+/.exec(run.stdout)?.[0] ?? 'unknown';
  return { ashlar, restic, borg }[name](version);
}

const PROGRAMS: Readonly<Record<ToolName, readonly [string, ...string[]]>> = {
  ashlar: [process.execPath, resolve('bin/ashlar.js')],
  restic: ['restic'],
  borg: ['borg'],
};

function command(
  name: ToolName,
  places: Places,
  rest: readonly string[],
  more: Partial<Command> = {},
): Command {
  const [program, ...leading] = PROGRAMS[name];
  const { environment, ...others } = more;
  return {
    program,
    arguments: [...leading, ...rest],
    environment: { PATH: process.env['PATH'] ?? '', HOME: places.home, LANG: 'C.UTF-8', ...environment },
    ...others,
  };
}

function ashlar(version: string): Tool {
  const environment = { PASSPHRASE };
  return {
    name: 'ashlar',
    displayName: 'Ashlar',
    version: `${version} on Node ${process.versions.node}`,
    settings: 'defaults: AES Crypt, Zstandard 3',
    prepare: () => undefined,
    // Exit code 1: nothing had changed.
    backup: (places) =>
      command('ashlar', places, ['backup', places.repository, places.source], {
        environment,
        successCodes: [0, 1],
      }),
    restore: (places) =>
      command(
        'ashlar',
        places,
        ['restore', places.repository, `--restore-path=${places.target}`, '--restore-permissions'],
        { environment },
      ),
    restored: (places) => places.target,
  };
}

function restic(version: string): Tool {
  const run = (places: Places, rest: readonly string[]) =>
    command('restic', places, ['--quiet', '--repo', places.repository, ...rest], {
      environment: { RESTIC_PASSWORD: PASSPHRASE },
    });
  return {
    name: 'restic',
    displayName: 'restic',
    version,
    settings: 'defaults',
    prepare: (places) => run(places, ['init']),
    backup: (places) => run(places, ['backup', places.source]),
    restore: (places) => run(places, ['restore', 'latest', '--target', places.target]),
    restored: (places) => join(places.target, places.source),
  };
}

function borg(version: string): Tool {
  const environment = { BORG_PASSPHRASE: PASSPHRASE };
  return {
    name: 'borg',
    displayName: 'BorgBackup',
    version,
    settings: 'repokey-blake2, zstd,3',
    prepare: (places) =>
      command('borg', places, ['init', '--encryption=repokey-blake2', places.repository], { environment }),
    backup: (places, label) =>
      command(
        'borg',
        places,
        ['create', '--compression=zstd,3', `${places.repository}::${label}`, places.source],
        {
          environment,
        },
      ),
    restore: (places, label) =>
      command('borg', places, ['extract', `${places.repository}::${label}`], {
        environment,
        folder: places.target,
      }),
    restored: (places) => join(places.target, places.source),
  };
}
