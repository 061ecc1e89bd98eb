import { freePort, type RunningServer, serverFolder, startServer } from './server-process.ts';

/** rclone's own SFTP server, which knows passwords, and refuses what is not written in order. */
export interface RcloneSftpServer extends RunningServer {
  readonly user: string;
  readonly password: string;
}

export async function startRcloneSftp(): Promise<RcloneSftpServer> {
  const folder = await serverFolder();
  const [user, password] = ['tester', 'pass word'];
  const port = await freePort();
  const server = await startServer({
    command: 'rclone',
    arguments: ['serve', 'sftp', folder, '--addr', `127.0.0.1:${port}`, '--user', user, '--pass', password],
    port,
    folder,
    // Where it keeps its host key.
    environment: { HOME: folder, XDG_CACHE_HOME: folder },
  });
  return {
    port,
    user,
    password,
    stop: server.stop,
  };
}
