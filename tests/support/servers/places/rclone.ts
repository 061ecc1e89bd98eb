import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../apache.ts';
import { removeServerFolder, serverFolder } from '../server-process.ts';
import { missingPrograms } from './obstacles.ts';
import { type Door, originOf, type PlaceKind } from './place.ts';

/** rclone before a WebDAV server, so that its remote has a line which can break. */
export const RCLONE: PlaceKind = {
  kind: 'rclone',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: () => missingPrograms('rclone', 'apache2'),
  start: async () => {
    const server = await startApache();
    const folder = await serverFolder();
    const configFor = (door: Door, password = server.password): string => {
      const name = password === server.password ? 'right' : 'wrong';
      const path = join(folder, `${door.host ?? ''}-${door.port}-${name}.conf`);
      writeFileSync(path, configure(`${originOf(door)}/basic`, server.user, password));
      return path;
    };
    const { port } = server;
    return {
      port,
      wayTo: (name, door = { port }) => ({
        url: `rclone://far/${name}`,
        options: { 'rclone-config': configFor(door) },
      }),
      wrongLogin: { 'rclone-config': configFor({ port }, 'wrong-secret') },
      stop: async () => {
        await server.stop();
        await removeServerFolder(folder);
      },
    };
  },
};

function configure(url: string, user: string, password: string): string {
  const hidden = spawnSync('rclone', ['obscure', password], { encoding: 'utf8' }).stdout.trim();
  const lines = ['[far]', 'type = webdav', `url = ${url}`, 'vendor = other'];
  return `${[...lines, `user = ${user}`, `pass = ${hidden}`].join('\n')}\n`;
}
