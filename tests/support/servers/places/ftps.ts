import { startVsftpd } from '../vsftpd.ts';
import { missingForRoot } from './obstacles.ts';
import type { Door, PlaceKind } from './place.ts';

/**
 * An address of this machine that leaves the ports of the usual one to a proxy, since clients look for data
 * where they logged in.
 */
const HOST = '127.0.0.2';

export const FTPS: PlaceKind = {
  kind: 'FTPS',
  speaks: 'its own protocol',
  usesTls: true,
  findObstacle: () => missingForRoot('/usr/sbin/vsftpd'),
  start: async () => {
    const server = await startVsftpd({ host: HOST, dataPorts: 16 });
    return {
      host: HOST,
      port: server.port,
      dataPorts: server.dataPorts,
      wayTo: (
        folder,
        { host = '127.0.0.1', port, hasTls = false }: Door = { host: HOST, port: server.port },
      ) => ({
        url: `ftps://${server.user}@${host}:${port}/data/${folder}`,
        options: {
          'auth-password': server.password,
          'ftp-encryption-mode': hasTls ? 'Implicit' : 'Explicit',
          'accept-specified-ssl-hash': server.certificate.sha256,
        },
      }),
      wrongLogin: { 'auth-password': 'wrong-secret' },
      stop: () => server.stop(),
    };
  },
};
