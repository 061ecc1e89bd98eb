import { startSamba } from '../samba.ts';
import { missingForRoot } from './obstacles.ts';
import type { Door, PlaceKind } from './place.ts';

/** A share of Samba's that insists on encryption. */
export const SMB: PlaceKind = {
  kind: 'SMB',
  speaks: 'its own protocol',
  usesTls: false,
  findObstacle: () => missingForRoot('/usr/sbin/smbd', 'smbpasswd'),
  start: async () => {
    const server = await startSamba();
    return {
      port: server.port,
      wayTo: (folder, { host = '127.0.0.1', port }: Door = server) => ({
        url: `smb://${server.user}@${host}:${port}/sealed/${folder}`,
        options: { 'auth-password': server.password },
      }),
      wrongLogin: { 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
