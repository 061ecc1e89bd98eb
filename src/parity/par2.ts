import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { appendFile, copyFile, link, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BackupError } from '../base/index.ts';
import {
  mendArguments,
  PARITY_NAME,
  type Par2Settings,
  PROTECTED_NAME,
  protectArguments,
} from './par2-arguments.ts';
import { protectedNames } from './protected-names.ts';
import { type Par2Outcome, runPar2 } from './run-par2.ts';

const OWNER_ONLY = 0o600;
const ENDING = '.par2';
/** par2 keeps what it mends under this name. */
const DAMAGED_NAME = `${PROTECTED_NAME}.1`;

export interface ParityRunOptions {
  /** Ends par2; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes parity data and mends files with them. Targets must not exist; they are created for their owner only
 * (mode 0600). Throws `parity-program-missing` where par2 cannot be started, file errors as they are, and the
 * reason of an abort. Temporary files stand beside the target and are removed.
 */
export interface Parity {
  /** Writes the parity data of a file into one file. Throws `parity-failed` with par2's own last words. */
  protect(sourcePath: string, parityPath: string, options: ParityRunOptions): Promise<void>;
  /**
   * Writes the whole content of a damaged file. False, and no target, where the file is not damaged as far as
   * the parity data tell, or they do not suffice. The damaged file stays as it is.
   */
  mend(
    files: { readonly damagedPath: string; readonly parityPath: string; readonly targetPath: string },
    options: ParityRunOptions,
  ): Promise<boolean>;
}

/** Prepares calls of par2 (PAR 2.0, as Duplicati stores it: storage format 6.7); starts nothing yet. */
export function createPar2(settings: Par2Settings): Parity {
  const programPath = settings.programPath || 'par2';
  return {
    async protect(sourcePath, parityPath, { signal }) {
      await inFolder(`${parityPath}-folder-`, async (folder) => {
        await provide(sourcePath, join(folder, PROTECTED_NAME));
        const given = protectArguments(settings, statSync(sourcePath).size);
        const outcome = await runPar2({ programPath, arguments: given, folder, signal });
        if (outcome.exitCode !== 0) throw protectionFailed(basename(sourcePath), outcome);
        await joinFiles(folder, parityPath);
      });
    },
    async mend({ damagedPath, parityPath, targetPath }, { signal }) {
      const names = protectedNames(readFileSync(parityPath));
      if (names.size !== 1 || !names.has(PROTECTED_NAME)) return false;
      return inFolder(`${targetPath}-folder-`, async (folder) => {
        await copyFile(damagedPath, join(folder, PROTECTED_NAME));
        await copyFile(parityPath, join(folder, PARITY_NAME));
        const { exitCode } = await runPar2({ programPath, arguments: mendArguments(), folder, signal });
        if (exitCode !== 0 || !existsSync(join(folder, DAMAGED_NAME))) return false;
        chmodSync(join(folder, PROTECTED_NAME), OWNER_ONLY);
        renameSync(join(folder, PROTECTED_NAME), targetPath);
        return true;
      });
    },
  };
}

async function inFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(prefix);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** par2 reads it only, so that a second name is enough where the file system can give one. */
async function provide(sourcePath: string, path: string): Promise<void> {
  try {
    await link(sourcePath, path);
  } catch {
    await copyFile(sourcePath, path);
  }
}

/** PAR 2.0 packets may stand one after the other in any order, so that the files of one run make one file. */
async function joinFiles(folder: string, targetPath: string): Promise<void> {
  const target = await open(targetPath, 'wx', OWNER_ONLY);
  await target.close();
  try {
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith(ENDING))
      .toSorted())
      await appendFile(targetPath, await readFile(join(folder, name)));
  } catch (error) {
    rmSync(targetPath, { force: true });
    throw error;
  }
}

function protectionFailed(name: string, { exitCode, lastWords }: Par2Outcome): BackupError {
  const end = exitCode === null ? 'it was killed' : `exit code ${exitCode}`;
  return new BackupError(
    'parity-failed',
    `Cannot write parity data for '${name}' with par2 (${end}): ${lastWords || 'it said nothing'}.`,
    {
      details: { name, exitCode, lastWords },
      hint: 'Check --par2-extra-options, and the space in the temporary folder.',
    },
  );
}
