import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DestinationError } from '../destination-error.ts';
import { quoteAnswer } from '../support/attempt.ts';
import type { RcloneSettings } from './settings.ts';

/** A running `rclone rcd`, which only who knows the password can talk to. */
export interface RcloneProcess {
  readonly address: URL;
  /** The value of the header `authorization`. */
  readonly authorization: string;
  readonly isRunning: () => boolean;
  stop(): Promise<void>;
}

const USER = 'ashlar';
const NOT_FOUND = 127;
const LAST_WORDS = 2000;

/**
 * Ends rclone when its standard input closes, which the system does however this program ends; rclone itself would go on for ever. The reader's own
 * standard input has to be kept aside, because a shell takes it away from what runs beside it.
 */
const GUARD =
  'exec 3<&0; "$@" </dev/null 3<&- & child=$!; { read -r _ <&3; kill "$child"; } >/dev/null 2>&1 & wait "$child"';

/** Starts rclone on a free port of this machine. The password is in a private file, as a hash, never among the arguments. Throws `destination-refused`. */
export async function startRclone(settings: RcloneSettings): Promise<RcloneProcess> {
  const password = randomBytes(24).toString('base64url');
  const folder = await mkdtemp(join(settings.temporaryFolder, 'ashlar-rclone-'));
  const passwordPath = join(folder, 'htpasswd');
  const digest = createHash('sha1').update(password).digest('base64');
  await writeFile(passwordPath, `${USER}:{SHA}${digest}\n`, { mode: 0o600 });
  const configuration = await writeConfiguration(folder, settings);
  const child = spawn(
    'sh',
    [
      ...['-c', GUARD, 'sh', settings.executable, 'rcd', '--rc-serve'],
      ...['--rc-addr', '127.0.0.1:0', '--rc-htpasswd', passwordPath],
      ...configuration,
      ...settings.arguments,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin?.destroy();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return {
      address: await readAddress(child, settings),
      authorization: `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`,
      isRunning: () => child.exitCode === null && child.signalCode === null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The arguments that lead to a configuration of its own, which only this user can read. */
async function writeConfiguration(
  folder: string,
  { configuration }: RcloneSettings,
): Promise<readonly string[]> {
  if (configuration === undefined) return [];
  const path = join(folder, 'rclone.conf');
  await writeFile(path, configuration, { mode: 0o600 });
  return ['--config', path];
}

/** It says on its standard error which port it got. */
async function readAddress(child: ChildProcess, settings: RcloneSettings): Promise<URL> {
  const found = Promise.withResolvers<URL>();
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + String(text)).slice(-LAST_WORDS);
    const [, address] = /remote control on (http:\/\/\S+)/.exec(said) ?? [];
    if (address !== undefined) found.resolve(new URL(address));
  });
  const limitMs = settings.shortMs === 0 ? 30_000 : settings.shortMs;
  const timer = setTimeout(() => found.reject(startFailure(settings, 'it does not answer')), limitMs);
  child.on('error', (error) => found.reject(startFailure(settings, error.message)));
  child.on('exit', (code) => {
    const because = code === NOT_FOUND ? 'there is no such program' : quoteAnswer(said);
    found.reject(startFailure(settings, because));
  });
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

function startFailure({ executable }: RcloneSettings, because: string): DestinationError {
  return new DestinationError('destination-refused', `Cannot start '${executable}': ${because}.`, {
    details: { executable },
    hint: 'Install rclone, or say with --rclone-executable where it is.',
  });
}
