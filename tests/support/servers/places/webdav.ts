import { startApache } from '../apache.ts';
import { missingPrograms } from './obstacles.ts';
import type { PlaceKind } from './place.ts';

export const WEBDAV: PlaceKind = {
  kind: 'WebDAV',
  speaks: 'HTTP',
  findObstacle: () => missingPrograms('apache2'),
  start: async () => {
    const server = await startApache();
    return {
      port: server.port,
      wayTo: (folder, port = server.port) => ({
        url: `webdav://${server.user}@127.0.0.1:${port}/basic/${folder}`,
        options: { 'auth-password': server.password },
      }),
      wrongLogin: { 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
