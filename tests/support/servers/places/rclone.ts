import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRcloneWebdav } from '../rclone-webdav.ts';
import { removeServerFolder, serverFolder } from '../server-process.ts';
import { missingPrograms } from './obstacles.ts';
import type { PlaceKind } from './place.ts';

/** rclone before a WebDAV server, so that its remote has a line which can break. */
export const RCLONE: PlaceKind = {
  kind: 'rclone',
  speaks: 'HTTP',
  findObstacle: () => missingPrograms('rclone'),
  start: async () => {
    const folder = await serverFolder();
    const server = await startRcloneWebdav();
    const configFor = (port: number, password = server.password): string => {
      const path = join(folder, `${port}-${password}.conf`);
      writeFileSync(path, configure({ port, user: server.user, password }));
      return path;
    };
    return {
      port: server.port,
      wayTo: (name, port = server.port) => ({
        url: `rclone://far/${name}`,
        options: { 'rclone-config': configFor(port) },
      }),
      wrongLogin: { 'rclone-config': configFor(server.port, 'wrong-secret') },
      stop: async () => {
        await server.stop();
        await removeServerFolder(folder);
      },
    };
  },
};

function configure(login: {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}): string {
  const hidden = spawnSync('rclone', ['obscure', login.password], { encoding: 'utf8' }).stdout.trim();
  const lines = ['[far]', 'type = webdav', `url = http://127.0.0.1:${login.port}`, 'vendor = other'];
  return `${[...lines, `user = ${login.user}`, `pass = ${hidden}`].join('\n')}\n`;
}
