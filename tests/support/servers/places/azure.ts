import { findAzurite, startAzurite } from '../azurite.ts';
import { type Door, originOf, type PlaceKind } from './place.ts';

/** Microsoft's emulator of Azure. */
export const AZURE: PlaceKind = {
  kind: 'Azure',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: async () => ((await findAzurite()) === undefined ? 'azurite cannot be fetched' : undefined),
  start: async () => {
    const server = await startAzurite((await findAzurite()) ?? '');
    return {
      port: server.port,
      wayTo: (folder, door: Door = server) => ({
        url: `azure://container-${folder}`,
        options: {
          'azure-endpoint': `${originOf(door)}/${server.account}`,
          'azure-account-name': server.account,
          'azure-access-key': server.key,
        },
      }),
      wrongLogin: { 'azure-access-key': Buffer.from('wrong-secret').toString('base64') },
      stop: () => server.stop(),
    };
  },
};
