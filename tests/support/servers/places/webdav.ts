import { startApache } from '../apache.ts';
import { missingPrograms } from './obstacles.ts';
import type { Door, PlaceKind } from './place.ts';

export const WEBDAV: PlaceKind = {
  kind: 'WebDAV',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: () => missingPrograms('apache2'),
  start: async () => {
    const server = await startApache();
    return {
      port: server.port,
      wayTo: (folder, { host = '127.0.0.1', port, hasTls = false }: Door = server) => ({
        url: `${hasTls ? 'webdavs' : 'webdav'}://${server.user}@${host}:${port}/basic/${folder}`,
        options: { 'auth-password': server.password },
      }),
      wrongLogin: { 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
