import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DestinationError } from '../destination-error.ts';
import { plainWords } from '../support/http/index.ts';
import type { RcloneSettings } from './settings.ts';

/** A running `rclone rcd`, which only who knows the password can talk to. */
export interface RcloneProcess {
  readonly address: URL;
  /** The value of the header `authorization`. */
  readonly authorization: string;
  readonly isRunning: () => boolean;
  /** What it said last, if it ends by itself about now; `undefined` if it goes on. */
  lastWords(): Promise<string | undefined>;
  stop(): Promise<void>;
}

const USER = 'ashlar';
const LONGEST_WORDS = 2000;
/** A connection breaks off a little before the end of the program is heard of. */
const END_MS = 1000;

/** The shell's exit codes for a program that it could not start. */
const SHELL_CODES: ReadonlyMap<number | null, string> = new Map([
  [126, 'it is no program that this user may run'],
  [127, 'there is no such program'],
]);

/**
 * Ends rclone when its standard input closes, which the system does however this program ends; rclone itself
 * would go on for ever. The reader's own standard input has to be kept aside, because a shell takes it away
 * from what runs beside it.
 */
const GUARD =
  'exec 3<&0; "$@" </dev/null 3<&- & child=$!; { read -r _ <&3; kill "$child"; } >/dev/null 2>&1 & wait "$child"';

/**
 * Starts rclone on a free port of this machine. The password is in a private file, as a hash, never among the
 * arguments. Throws `destination-refused`.
 */
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
  const ended = once(child, 'close');
  const said = listenTo(child);
  const stop = async (): Promise<void> => {
    child.stdin?.destroy();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return {
      address: await readAddress(child, said, settings),
      authorization: `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`,
      isRunning: () => child.exitCode === null && child.signalCode === null,
      lastWords: async () => {
        const hasEnded = await Promise.race([ended.then(() => true), delay(END_MS, false, { ref: false })]);
        return hasEnded ? lastWords(said()) : undefined;
      },
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

/** Keeps the last of what it says on its standard error. */
function listenTo(child: ChildProcess): () => string {
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + String(text)).slice(-LONGEST_WORDS);
  });
  return () => said;
}

/** It says on its standard error which port it got. */
async function readAddress(child: ChildProcess, said: () => string, settings: RcloneSettings): Promise<URL> {
  const found = Promise.withResolvers<URL>();
  child.stderr?.on('data', () => {
    const [, address] = /remote control on (http:\/\/\S+)/.exec(said()) ?? [];
    if (address !== undefined) found.resolve(new URL(address));
  });
  const limitMs = settings.shortMs === 0 ? 30_000 : settings.shortMs;
  const timer = setTimeout(() => found.reject(startFailure(settings, 'it does not answer')), limitMs);
  child.on('error', (error) => found.reject(startFailure(settings, error.message)));
  child.on('close', (code) => {
    found.reject(startFailure(settings, SHELL_CODES.get(code) ?? lastWords(said())));
  });
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Why it ended, from its last line that is no mere notice. */
function lastWords(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.includes(' NOTICE: '));
  const words = lines.at(-1)?.replace(/^[\d/]+ [\d:]+ (?:Fatal error: |CRITICAL: )?/, '') ?? '';
  return plainWords(words, []) || 'it ended without a word';
}

function startFailure({ executable }: RcloneSettings, because: string): DestinationError {
  return new DestinationError('destination-refused', `Cannot start '${executable}': ${because}.`, {
    details: { executable },
    hint: 'Install rclone, say with --rclone-executable where it is, or check --rclone-option.',
  });
}
