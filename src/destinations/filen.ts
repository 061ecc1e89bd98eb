import type { FreeSpace, HasFreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { SignalOptions } from './destination.ts';
import { FilenClient } from './filen/filen-client.ts';
import type { FilenFile } from './filen/filen-file.ts';
import { FilenStore } from './filen/filen-store.ts';
import { requireCredentials } from './support/credentials.ts';
import { folderPath } from './support/folder-path.ts';
import { HttpClient, readHttpSettings } from './support/http/index.ts';
import { RenamingIdFolder } from './support/renaming-id-folder.ts';

export function openFilen(request: DestinationRequest): FilenFolder {
  const { url, settings, log } = request;
  const names = { user: 'auth-username', password: 'auth-password' } as const;
  const { user: email, password } = requireCredentials(request, {}, names);
  const http = new HttpClient(readHttpSettings(settings), log);
  const login = {
    email,
    password,
    twoFactorCode: settings.get('two-factor-code'),
    apiKey: settings.get('api-key'),
  };
  const deletes = settings.get('move-to-trash') ? 'into the trash' : 'for good';
  const store = new FilenStore(new FilenClient(http, settings.get('api-endpoint')), login, deletes);
  return new FilenFolder(store, folderPath(url));
}

/** A folder on Filen, where all is sealed before it leaves this machine. */
export class FilenFolder extends RenamingIdFolder<FilenFile> implements HasFreeSpace {
  readonly #filen: FilenStore;

  constructor(store: FilenStore, folders: readonly string[]) {
    super(store, folders);
    this.#filen = store;
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    return this.#filen.freeSpace(options);
  }
}
