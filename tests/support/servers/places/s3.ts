import { startSwift } from '../swift.ts';
import { missingPrograms } from './obstacles.ts';
import { type Door, originOf, type PlaceKind } from './place.ts';

/** The S3 interface of OpenStack Swift. */
export const S3: PlaceKind = {
  kind: 'S3',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: () => missingPrograms('swift-proxy-server', 'memcached'),
  start: async () => {
    const server = await startSwift();
    return {
      port: server.port,
      wayTo: (folder, door: Door = server) => ({
        url: `s3://bucket-${folder}/below?s3-server-name=${originOf(door)}`,
        options: { 'aws-access-key-id': server.user, 'aws-secret-access-key': server.password },
      }),
      wrongLogin: { 'aws-secret-access-key': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
