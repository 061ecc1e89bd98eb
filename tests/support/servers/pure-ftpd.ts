import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';
import { type UnpackedProgram, unpackProgram } from './unpacked-packages.ts';

/** Pure-FTPd with a user of its own, without TLS. It needs root. */
export interface PureFtpdServer extends RunningServer {
  /** What the user sees as `/`, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
}

const [USER, PASSWORD] = ['bob', 'pass word@1'];
/** An account of every Debian that files are written as; the server takes no lower ones for its users. */
const NOBODY = 65_534;

/** The program, which cannot be installed beside other FTP servers; `undefined` where it cannot be fetched. */
export function findPureFtpd(): Promise<UnpackedProgram | undefined> {
  return unpackProgram('usr/sbin/pure-ftpd', ['pure-ftpd', 'pure-ftpd-common']);
}

/** `longestListing` is how many files a listing shows at most. */
export async function startPureFtpd(
  program: UnpackedProgram,
  longestListing: number,
): Promise<PureFtpdServer> {
  const folder = await serverFolder();
  const dataFolder = join(folder, 'data');
  await chmod(folder, 0o755);
  await mkdir(dataFolder);
  await chown(dataFolder, NOBODY, NOBODY);
  const users = join(folder, 'users');
  const hash = spawnSync('openssl', ['passwd', '-6', PASSWORD], { encoding: 'utf8' }).stdout.trim();
  await writeFile(users, `${USER}:${hash}:${NOBODY}:${NOBODY}::${dataFolder}/./::::::::::::\n`, {
    mode: 0o600,
  });
  const database = join(folder, 'users.pdb');
  const made = spawnSync(join(program.root, 'usr/bin/pure-pw'), ['mkdb', database, '-f', users], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`pure-pw failed: ${made.stderr}`);
  const port = await freePort();
  const server = await startServer({
    command: program.path,
    arguments: [
      ...['-S', `127.0.0.1,${port}`, '-l', `puredb:${database}`, '-g', join(folder, 'pid')],
      ...['-P', '127.0.0.1', '-L', `${longestListing}:2`, '-H', '-E', '-C', '30'],
    ],
    environment: program.environment,
    port,
    folder,
  });
  return {
    port,
    dataFolder,
    user: USER,
    password: PASSWORD,
    stop: server.stop,
  };
}
