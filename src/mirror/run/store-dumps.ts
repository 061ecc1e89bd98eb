import {
  closeSync,
  createWriteStream,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Dump } from '../configuration/field.ts';
import { MirrorError } from '../error.ts';
import { lastLines } from '../ssh/explain-failure.ts';
import { type RemoteSide, runRemote } from '../ssh/run-remote.ts';
import { DUMPS } from './version-name.ts';

const PIECE_BYTES = 1024 * 1024;

/** A failure in the middle of a pipe counts where the server's shell can see it. */
const PIPES_COUNT = '(set -o pipefail) 2>/dev/null && set -o pipefail';

/**
 * Streams the output of each command into its file of the version; nothing is written on the server. A file
 * equal to that of the version before becomes a link to it. Throws `pull-dump-failed`.
 */
export async function storeDumps(
  side: RemoteSide,
  dumps: readonly Dump[],
  folders: { readonly version: string; readonly previous: string | undefined },
): Promise<void> {
  if (dumps.length === 0) return;
  const folder = join(folders.version, DUMPS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const dump of dumps) {
    const path = join(folder, dump.name);
    await storeDump(side, dump, path);
    if (folders.previous !== undefined) shareWith(join(folders.previous, DUMPS, dump.name), path);
  }
}

async function storeDump(side: RemoteSide, { name, command }: Dump, path: string): Promise<void> {
  const script = `${PIPES_COUNT}\n${command}`;
  const sink = createWriteStream(path, { mode: 0o600, flush: true });
  const { exitCode, errors } = await runRemote(side, { script, sink });
  if (exitCode === 0) return;
  const said = lastLines(errors, 10);
  throw new MirrorError(
    'pull-dump-failed',
    `The dump '${name}' failed with exit code ${exitCode ?? 'none'}${said === '' ? '' : `: ${said}`}.`,
    {
      details: { name, exitCode: exitCode ?? null, output: said },
      hint: 'Run its command on the server to see what is wrong.',
    },
  );
}

/** Makes an equal file one with that of the version before, so that it takes no space of its own. */
function shareWith(previous: string, path: string): void {
  const earlier = statSync(previous, { throwIfNoEntry: false });
  if (earlier?.isFile() !== true || earlier.size !== statSync(path).size || !areEqual(previous, path)) return;
  const linked = `${path}.ashlar-link`;
  rmSync(linked, { force: true });
  linkSync(previous, linked);
  renameSync(linked, path);
}

function areEqual(a: string, b: string): boolean {
  const [left, right] = [openSync(a, 'r'), openSync(b, 'r')];
  const [one, two] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
  try {
    for (;;) {
      const [read, readToo] = [readSync(left, one), readSync(right, two)];
      if (read !== readToo || one.compare(two, 0, readToo, 0, read) !== 0) return false;
      if (read === 0) return true;
    }
  } finally {
    closeSync(left);
    closeSync(right);
  }
}
