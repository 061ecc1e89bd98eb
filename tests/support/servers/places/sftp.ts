import { join } from 'node:path';
import { startSshd } from '../sshd.ts';
import { missingPrograms } from './obstacles.ts';
import type { Door, PlaceKind } from './place.ts';

export const SFTP: PlaceKind = {
  kind: 'SFTP',
  speaks: 'its own protocol',
  usesTls: false,
  findObstacle: () => missingPrograms('/usr/sbin/sshd'),
  start: async () => {
    const server = await startSshd();
    return {
      port: server.port,
      wayTo: (folder, { host = '127.0.0.1', port }: Door = server) => ({
        url: `ssh://${server.user}@${host}:${port}${join(server.dataFolder, folder)}`,
        options: { 'ssh-keyfile': server.keyPath, 'ssh-accept-any-fingerprints': 'true' },
      }),
      wrongLogin: { 'ssh-keyfile': '', 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
