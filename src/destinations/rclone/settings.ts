import { tmpdir } from 'node:os';
import type { ProgramSettings } from '../../options/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { splitArguments } from './split-arguments.ts';

export interface RcloneSettings {
  readonly executable: string;
  /** `remote:path`, as rclone writes it. */
  readonly folder: string;
  /** For the program, after its own. */
  readonly arguments: readonly string[];
  /** A configuration of its own, which may hold secrets, instead of a file of the user's. */
  readonly configuration?: string;
  readonly temporaryFolder: string;
  readonly shortMs: number;
}

/** Reads URL and options; starts nothing. */
export function readRcloneSettings({ url, settings }: DestinationRequest): RcloneSettings {
  const remote = settings.get('rclone-remote-repository') || (url.host ?? '');
  const path = settings.get('rclone-remote-path') || url.path;
  const config = settings.get('rclone-config');
  const program = readProgramSettings(settings);
  return {
    ...program,
    folder: `${remote}:${path.replace(/\/+$/, '')}`,
    arguments: [...(config === undefined ? [] : ['--config', config]), ...program.arguments],
  };
}

/** What does not depend on the remote: how the program is started. */
export function readProgramSettings(settings: ProgramSettings): Omit<RcloneSettings, 'folder'> {
  const seconds = (limitMs: number): string => `${limitMs / 1000}s`;
  return {
    executable: settings.get('rclone-executable'),
    arguments: [
      // Trying again is the work of one place only, which is not this one.
      ...['--retries', '1', '--low-level-retries', '1'],
      ...['--contimeout', seconds(settings.get('short-timeout'))],
      ...['--timeout', seconds(settings.get('read-write-timeout'))],
      ...trustArguments(settings),
      ...splitArguments(settings.get('rclone-option') ?? ''),
    ],
    temporaryFolder: settings.get('tempdir') ?? tmpdir(),
    shortMs: settings.get('short-timeout'),
  };
}

/** rclone cannot be told to trust a fingerprint. */
function trustArguments(settings: ProgramSettings): readonly string[] {
  const authorities = settings.get('ca-certificate-file');
  return [
    ...(settings.get('accept-any-ssl-certificate') ? ['--no-check-certificate'] : []),
    ...(authorities === undefined ? [] : ['--ca-cert', authorities]),
  ];
}
