import { startSwift } from '../swift.ts';
import { missingPrograms } from './obstacles.ts';
import { type Door, originOf, type PlaceKind } from './place.ts';

/**
 * OpenStack Swift by its own interface and its own login, which tells the address of the storage as the
 * client asked for it.
 */
export const SWIFT: PlaceKind = {
  kind: 'Swift',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: () => missingPrograms('swift-proxy-server', 'memcached'),
  start: async (settings) => {
    const server = await startSwift(settings);
    return {
      port: server.port,
      wayTo: (folder, door: Door = server) => ({
        url: `cloudfiles://container-${folder}/below`,
        options: {
          'cloudfiles-authentication-url': `${originOf(door)}/auth/v1.0`,
          'auth-username': server.user,
          'auth-password': server.password,
        },
      }),
      wrongLogin: { 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
