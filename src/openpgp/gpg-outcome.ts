import { basename } from 'node:path';
import { BackupError, FormatError } from '../base/index.ts';
import { PasswordError } from '../crypto/index.ts';
import type { GpgDirection } from './gpg-arguments.ts';

/** How a run of gpg ended. */
export interface GpgOutcome {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  /** Keywords of its status lines; for errors with the place, for example `ERROR add_keyblock_resource`. */
  readonly statuses: ReadonlySet<string>;
  /** The last lines for people. */
  readonly lastWords: string;
  readonly input: 'read' | 'cut';
}

const STATUS_PREFIX = '[GNUPG:] ';
const KEPT_LINES = 5;
const UNREADABLE_KEYRING = 'ERROR add_keyblock_resource';
/** Without a secret key no passphrase could help. */
const NO_KEY = 'NO_SECKEY';

/** Reads what gpg says on its standard error; keeps a bounded part of it. */
export async function listen(
  lines: AsyncIterable<string>,
): Promise<Pick<GpgOutcome, 'statuses' | 'lastWords'>> {
  const statuses = new Set<string>();
  const words: string[] = [];
  for await (const line of lines) {
    if (line.startsWith(STATUS_PREFIX)) statuses.add(statusKeyword(line.slice(STATUS_PREFIX.length)));
    else if (line.trim() !== '') words.push(line.replace(/^gpg: /, '').trim());
    if (words.length > KEPT_LINES) words.shift();
  }
  return { statuses, lastWords: words.join('; ') };
}

function statusKeyword(status: string): string {
  const [keyword = '', place = ''] = status.split(' ');
  return keyword === 'ERROR' ? `${keyword} ${place}` : keyword;
}

/** True where what gpg gave out may be used. */
export function hasSucceeded(outcome: GpgOutcome, direction: GpgDirection): boolean {
  if (outcome.exitCode !== 0 || outcome.input === 'cut') return false;
  // gpg also "decrypts" messages that are only packed or signed: anybody could have put these at the destination.
  return direction === 'encrypt' || outcome.statuses.size === 0 || outcome.statuses.has('DECRYPTION_OKAY');
}

/**
 * True when gpg may have failed only for want of a home folder: it gave up before its first status line, or
 * could not read its key ring.
 */
export function mayLackHome(outcome: GpgOutcome): boolean {
  if (outcome.exitCode === 0) return false;
  return outcome.statuses.size === 0 || outcome.statuses.has(UNREADABLE_KEYRING);
}

/** The error for a run that did not succeed. */
export function gpgFailure(outcome: GpgOutcome, direction: GpgDirection, sourcePath: string): BackupError {
  const name = basename(sourcePath);
  return (
    (direction === 'decrypt' && decryptionFailure(outcome, name)) || otherFailure(outcome, direction, name)
  );
}

function decryptionFailure({ statuses, exitCode }: GpgOutcome, name: string): BackupError | undefined {
  if (statuses.has('NODATA')) return corrupt(name, 'it is no OpenPGP message');
  if (exitCode === 0 && !statuses.has('DECRYPTION_OKAY')) return corrupt(name, 'it is not encrypted');
  if (!statuses.has('DECRYPTION_FAILED') || statuses.has(NO_KEY)) return undefined;
  // The first packet inside is announced only when the session key fits.
  if (statuses.has('PLAINTEXT')) return corrupt(name, 'its content is damaged or cut short');
  return new PasswordError(
    'wrong-passphrase',
    `Cannot decrypt '${name}' with gpg: the passphrase is wrong, or the beginning of the file is damaged.`,
    { hint: 'Check the passphrase, upper and lower case and the keyboard layout included.' },
  );
}

function corrupt(name: string, why: string): FormatError {
  return new FormatError('volume-corrupt', `Cannot decrypt '${name}' with gpg: ${why}.`, {
    details: { name },
  });
}

function otherFailure(outcome: GpgOutcome, direction: GpgDirection, name: string): BackupError {
  const { exitCode, lastWords } = outcome;
  const end = exitCode === null ? 'it was killed' : `exit code ${exitCode}`;
  const why = exitCode === 0 ? 'it ended before it had read everything' : lastWords || 'it said nothing';
  return new BackupError('gpg-failed', `Cannot ${direction} '${name}' with gpg (${end}): ${why}.`, {
    details: { name, exitCode, lastWords },
    hint: `Check --gpg-${direction}ion-switches and --gpg-${direction}ion-command, and the keys that gpg has.`,
  });
}
