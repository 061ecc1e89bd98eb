import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

export interface RcloneServer extends RunningServer {
  /** What is served, on this machine's disk. */
  readonly dataFolder: string;
  readonly user: string;
  readonly password: string;
}

/** A folder that `rclone serve webdav` serves with a Basic login. */
export async function startRcloneWebdav(): Promise<RcloneServer> {
  const folder = await serverFolder();
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  const port = await freePort();
  const [user, password] = ['tester', 'secret'];
  const login = ['--user', user, '--pass', password];
  const server = await startServer({
    command: 'rclone',
    // Each client sees at once what another one changed.
    arguments: [
      'serve',
      'webdav',
      dataFolder,
      '--addr',
      `127.0.0.1:${port}`,
      ...login,
      '--dir-cache-time',
      '0',
    ],
    environment: { RCLONE_CONFIG: join(folder, 'none.conf'), HOME: folder },
    port,
    folder,
  });
  return {
    ...server,
    dataFolder,
    user,
    password,
    stop: server.stop,
  };
}
