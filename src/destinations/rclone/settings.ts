import { tmpdir } from 'node:os';
import type { DestinationRequest } from '../descriptor.ts';
import { splitArguments } from './split-arguments.ts';

export interface RcloneSettings {
  readonly executable: string;
  /** `remote:path`, as rclone writes it. */
  readonly folder: string;
  /** For the program, after its own. */
  readonly arguments: readonly string[];
  readonly temporaryFolder: string;
  readonly shortMs: number;
}

/** Reads URL and options; starts nothing. */
export function readRcloneSettings({ url, settings }: DestinationRequest): RcloneSettings {
  const remote = settings.get('rclone-remote-repository') || (url.host ?? '');
  const path = settings.get('rclone-remote-path') || url.path;
  const config = settings.get('rclone-config');
  const seconds = (limitMs: number): string => `${limitMs / 1000}s`;
  return {
    executable: settings.get('rclone-executable'),
    folder: `${remote}:${path.replace(/\/+$/, '')}`,
    arguments: [
      // Trying again is the work of one place only, which is not this one.
      ...['--retries', '1', '--low-level-retries', '1'],
      ...['--contimeout', seconds(settings.get('short-timeout'))],
      ...['--timeout', seconds(settings.get('read-write-timeout'))],
      ...(config === undefined ? [] : ['--config', config]),
      ...splitArguments(settings.get('rclone-option') ?? ''),
    ],
    temporaryFolder: settings.get('tempdir') ?? tmpdir(),
    shortMs: settings.get('short-timeout'),
  };
}
