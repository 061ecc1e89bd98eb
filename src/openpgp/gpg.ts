import { mkdtemp, open, rm } from 'node:fs/promises';
import { checkPassphrase, PasswordError } from '../crypto/index.ts';
import { type GpgDirection, type GpgSettings, gpgArguments, SYMMETRIC } from './gpg-arguments.ts';
import { type GpgOutcome, gpgFailure, hasSucceeded, mayLackHome } from './gpg-outcome.ts';
import { runGpg } from './run-gpg.ts';

const OWNER_ONLY = 0o600;

export interface GpgRunOptions {
  /** Ends gpg; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Encrypts and decrypts volumes with the system's gpg. The target must not exist; it is created for its owner
 * only (mode 0600), and removed again when the call throws:
 * - `gpg-missing`: the program cannot be started;
 * - `PasswordError` `wrong-passphrase` (decryption);
 * - `FormatError` `volume-corrupt`: the source is damaged, or no encrypted OpenPGP message at all (decryption);
 * - `gpg-failed`: anything else, with gpg's own last words;
 * - file errors of source and target, and the reason of an abort, as they are.
 */
export interface Gpg {
  encryptFile(sourcePath: string, targetPath: string, options: GpgRunOptions): Promise<void>;
  decryptFile(sourcePath: string, targetPath: string, options: GpgRunOptions): Promise<void>;
}

/**
 * Prepares calls of gpg; starts nothing yet. The user's own gpg home serves, with its keys and configuration.
 * Where there is none and none can be made (services without a home), gpg runs with an empty temporary home
 * beside the target, which is enough for passphrases. Throws `PasswordError` `unusable-passphrase` for a
 * passphrase that gpg cannot be told.
 */
export function createGpg(settings: GpgSettings): Gpg {
  // gpg would take the first line only, and the rest for the beginning of the volume.
  if (/[\n\0]/.test(settings.passphrase)) {
    throw new PasswordError(
      'unusable-passphrase',
      'Cannot use gpg: the passphrase holds a line break or a zero.',
      {
        hint: 'Use a passphrase of one line.',
      },
    );
  }
  return {
    async encryptFile(sourcePath, targetPath, options) {
      if ((settings.encryptionCommand || SYMMETRIC) === SYMMETRIC) checkPassphrase(settings.passphrase);
      await convertFile({ settings, direction: 'encrypt', sourcePath, targetPath, signal: options.signal });
    },
    async decryptFile(sourcePath, targetPath, options) {
      await convertFile({ settings, direction: 'decrypt', sourcePath, targetPath, signal: options.signal });
    },
  };
}

interface Conversion {
  readonly settings: GpgSettings;
  readonly direction: GpgDirection;
  readonly sourcePath: string;
  readonly targetPath: string;
  readonly signal: AbortSignal | undefined;
}

async function convertFile(conversion: Conversion): Promise<void> {
  const { direction, sourcePath } = conversion;
  let outcome = await attempt(conversion);
  if (mayLackHome(outcome)) outcome = await attemptWithTemporaryHome(conversion);
  if (!hasSucceeded(outcome, direction)) throw gpgFailure(outcome, direction, sourcePath);
}

async function attemptWithTemporaryHome(conversion: Conversion): Promise<GpgOutcome> {
  const homeFolder = await mkdtemp(`${conversion.targetPath}.gpg-home-`);
  try {
    return await attempt(conversion, homeFolder);
  } finally {
    await rm(homeFolder, { recursive: true, force: true });
  }
}

/** Leaves a target behind only where gpg succeeded. */
async function attempt(conversion: Conversion, homeFolder?: string): Promise<GpgOutcome> {
  const { settings, direction, sourcePath, targetPath, signal } = conversion;
  await using source = await open(sourcePath, 'r');
  const target = await open(targetPath, 'wx', OWNER_ONLY);
  let isWritten = false;
  try {
    const outcome = await runGpg({
      programPath: settings.programPath || 'gpg',
      arguments: gpgArguments(settings, direction, homeFolder),
      passphrase: settings.passphrase,
      source,
      target,
      signal,
    });
    isWritten = hasSucceeded(outcome, direction);
    return outcome;
  } finally {
    await target.close();
    if (!isWritten) await rm(targetPath, { force: true });
  }
}
