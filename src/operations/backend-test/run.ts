import { randomBytes, randomInt } from 'node:crypto';
import { counted, errorCode, monotonicMs } from '../../base/index.ts';
import { type Destination, hasAbility, testAccess } from '../../destinations/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import type { OperationContext } from '../context.ts';
import {
  bytesAt,
  hasBytes,
  type RandomFile,
  type RandomFileBounds,
  randomFile,
  withContent,
} from './random-file.ts';

export interface BackendTestSettings extends RandomFileBounds {
  readonly rounds: number;
  readonly filesPerRound: number;
  /** Whether a missing folder of the destination may be made. */
  readonly folder: 'create' | 'must-exist';
}

/** How long each kind of work took in one round, and how much of it there was. */
export interface RoundResult {
  readonly files: number;
  readonly bytes: number;
  readonly uploadMs: number;
  readonly listMs: number;
  readonly downloadMs: number;
  readonly deleteMs: number;
}

export interface BackendTestResult {
  readonly rounds: readonly RoundResult[];
  /** What the destination did wrong, a sentence each. */
  readonly faults: readonly string[];
}

/** What the options say about the trial of a destination. */
export function readBackendTestSettings(settings: ProgramSettings): BackendTestSettings {
  const minSizeBytes = settings.get('min-file-size');
  const minNameLength = settings.get('min-filename-length');
  return {
    rounds: settings.get('reruns'),
    filesPerRound: settings.get('number-of-files'),
    minSizeBytes,
    maxSizeBytes: Math.max(minSizeBytes, settings.get('max-file-size')),
    minNameLength,
    maxNameLength: Math.max(minNameLength, settings.get('max-filename-length')),
    folder: settings.get('disable-autocreate-folder') ? 'must-exist' : 'create',
  };
}

/**
 * Tries a destination with files of its own: stores them, replaces one, lists, reads and compares all, also a
 * part of each where the destination can read parts, deletes them, and looks whether they are gone. Other files are left alone. What goes wrong silently is told
 * in the result; errors of the destination are thrown, after the files were removed as far as possible.
 */
export async function testBackend(
  destination: Destination,
  settings: BackendTestSettings,
  { log, control: { signal } }: OperationContext,
): Promise<BackendTestResult> {
  await prepare(destination, settings, signal);
  const faults: string[] = [];
  const rounds: RoundResult[] = [];
  for (let number = 1; number <= settings.rounds; number++) {
    log.write('information', 'backend-test-round', `Round ${number} of ${settings.rounds}`);
    rounds.push(await runRound(destination, settings, faults, signal));
  }
  return { rounds, faults };
}

async function prepare(
  destination: Destination,
  { folder }: BackendTestSettings,
  signal: AbortSignal,
): Promise<void> {
  try {
    await testAccess(destination, { mode: 'write', signal });
  } catch (error) {
    const mayCreate = folder === 'create' && errorCode(error) === 'destination-folder-missing';
    if (!mayCreate || !hasAbility(destination, 'createFolder')) throw error;
    await destination.createFolder({ signal });
    await testAccess(destination, { mode: 'write', signal });
  }
}

async function runRound(
  destination: Destination,
  settings: BackendTestSettings,
  faults: string[],
  signal: AbortSignal,
): Promise<RoundResult> {
  const prefix = `ashlar-test-${randomBytes(4).toString('hex')}-`;
  const files = Array.from({ length: settings.filesPerRound }, () => randomFile(prefix, settings));
  const stored: RandomFile[] = [];
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const startMs = monotonicMs();
    await work();
    return monotonicMs() - startMs;
  };
  try {
    const uploadMs = await timed(async () => {
      for (const file of files) {
        stored.push(file);
        await destination.put(file.name, file, { signal });
      }
    });
    const [first] = stored;
    if (first !== undefined) {
      const replaced = withContent(
        first.name,
        Math.max(settings.minSizeBytes, Math.floor(first.sizeBytes / 2)),
      );
      await destination.put(replaced.name, replaced, { signal });
      stored[0] = replaced;
    }
    const listMs = await timed(() => checkListing(destination, prefix, stored, faults, signal));
    const downloadMs = await timed(async () => {
      for (const file of stored) {
        if (!(await hasBytes(file, destination.get(file.name, { signal }))))
          faults.push(`'${file.name}' came back with other bytes.`);
      }
    });
    await checkRanges(destination, stored, faults, signal);
    const deleteMs = await timed(async () => {
      for (const { name } of stored.splice(0)) await destination.delete(name, { signal });
    });
    await checkListing(destination, prefix, [], faults, signal);
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { files: files.length, bytes, uploadMs, listMs, downloadMs, deleteMs };
  } catch (error) {
    await removeAll(destination, stored);
    throw error;
  }
}

async function checkListing(
  destination: Destination,
  prefix: string,
  expected: readonly RandomFile[],
  faults: string[],
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(expected.map((file) => [file.name, file]));
  for await (const { name, sizeBytes } of destination.list({ signal })) {
    if (!name.startsWith(prefix)) continue;
    const file = missing.get(name);
    if (file === undefined) faults.push(`The listing shows '${name}', which should not be there.`);
    else if (sizeBytes >= 0 && sizeBytes !== file.sizeBytes)
      faults.push(
        `The listing shows ${counted(sizeBytes, 'byte')} of '${name}' instead of ${file.sizeBytes}.`,
      );
    missing.delete(name);
  }
  for (const name of missing.keys()) faults.push(`The listing lacks '${name}'.`);
}

const LONGEST_RANGE_BYTES = 64 * 1024;

async function checkRanges(
  destination: Destination,
  files: readonly RandomFile[],
  faults: string[],
  signal: AbortSignal,
): Promise<void> {
  if (!hasAbility(destination, 'getRange')) return;
  for (const file of files) {
    const offset = randomInt(file.sizeBytes + 1);
    const range = { offset, length: Math.min(file.sizeBytes - offset, LONGEST_RANGE_BYTES) };
    const bytes = await destination.getRange(file.name, range, { signal });
    if (!(await bytesAt(file, range)).equals(bytes))
      faults.push(`A part of '${file.name}' came back with other bytes.`);
  }
}

/** The failure that led here is what the caller has to hear of. */
async function removeAll(destination: Destination, files: readonly RandomFile[]): Promise<void> {
  for (const { name } of files) await destination.delete(name).catch(() => {});
}
