import type { DestinationRequest } from './descriptor.ts';
import { MovistarClient } from './movistar/movistar-client.ts';
import { MovistarStore } from './movistar/movistar-store.ts';
import { missingOption, requireCredentials } from './support/credentials.ts';
import { folderPath } from './support/folder-path.ts';
import { HttpClient, readHttpSettings } from './support/http/index.ts';
import { IdFolder } from './support/id-folder.ts';
import type { StoredFile } from './support/id-store.ts';

/** A folder on Movistar Cloud. */
export function openMovistar(request: DestinationRequest): IdFolder<StoredFile> {
  const { url, settings, log } = request;
  const own = { user: settings.get('email'), password: settings.get('password') };
  const { user: email, password } = requireCredentials(request, own, { user: 'email', password: 'password' });
  const deviceId = settings.get('deviceid');
  if (deviceId === undefined) throw missingOption(request, 'deviceid');
  const endpoint = settings.get('api-endpoint')?.replace(/\/+$/, '');
  const servers = {
    main: endpoint ?? 'https://micloud.movistar.es',
    uploads: endpoint ?? 'https://upload.micloud.movistar.es',
  };
  const http = new HttpClient(readHttpSettings(settings), log);
  const client = new MovistarClient(http, servers, { email, password, deviceId });
  const validation = {
    limitMs: settings.get('validation-timeout'),
    intervalMs: settings.get('validation-poll-interval'),
  };
  const store = new MovistarStore(client, {
    pageFiles: settings.get('list-limit'),
    validation: settings.get('ignore-validation-result') ? undefined : validation,
  });
  return new IdFolder(store, folderPath(url));
}
