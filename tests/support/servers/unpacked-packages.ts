import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Found once, so that a server may be started in another folder for temporary files. */
const HOME = join(tmpdir(), 'ashlar-packages');

/** A program from packages that cannot be installed beside others. */
export interface UnpackedProgram {
  readonly path: string;
  /** The folder that stands for `/`. */
  readonly root: string;
  /** What it has to be started with. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Fetches Debian packages and unpacks them, once, into the folder for temporary files; `undefined` where that
 * is not possible.
 */
export async function unpackProgram(
  program: string,
  packages: readonly string[],
): Promise<UnpackedProgram | undefined> {
  const [name = ''] = packages;
  const folder = join(HOME, name);
  const root = join(folder, 'root');
  const path = join(root, program);
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    const options = { cwd: folder, stdio: 'ignore', timeout: 120_000 } as const;
    spawnSync('apt-get', ['download', '-qq', ...packages], options);
    for (const file of readdirSync(folder).filter((found) => found.endsWith('.deb')))
      spawnSync('dpkg', ['-x', file, root], options);
  }
  const environment = { LD_LIBRARY_PATH: join(root, 'usr', 'lib', 'x86_64-linux-gnu') };
  return existsSync(path) && hasLibraries(path, environment) ? { path, root, environment } : undefined;
}

function hasLibraries(path: string, environment: Readonly<Record<string, string>>): boolean {
  const { status, stdout } = spawnSync('ldd', [path], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return status === 0 && !stdout.includes('not found');
}
