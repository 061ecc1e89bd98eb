import type { FreeSpace, HasFreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { SignalOptions } from './destination.ts';
import { logIn } from './mega/log-in.ts';
import { MegaClient } from './mega/mega-client.ts';
import type { MegaFile } from './mega/mega-nodes.ts';
import { MegaStore } from './mega/mega-store.ts';
import { requireCredentials } from './support/credentials.ts';
import { folderPath } from './support/folder-path.ts';
import { HttpClient, readHttpSettings } from './support/http/index.ts';
import { endpointOf } from './support/oauth/index.ts';
import { RenamingIdFolder } from './support/renaming-id-folder.ts';

export function openMega(request: DestinationRequest): MegaDrive {
  const { url, settings, log } = request;
  const names = { user: 'auth-username', password: 'auth-password' } as const;
  const { user: email, password } = requireCredentials(request, {}, names);
  const login = { email, password, twoFactorSecret: settings.get('auth-two-factor-key') };
  const http = new HttpClient(readHttpSettings(settings), log);
  const endpoint = endpointOf(settings, 'https://g.api.mega.co.nz');
  const client = new MegaClient(http, endpoint, (plain) => logIn(plain, login));
  return new MegaDrive(new MegaStore(client), folderPath(url));
}

/** A folder on Mega, where all is sealed before it leaves this machine. */
export class MegaDrive extends RenamingIdFolder<MegaFile> implements HasFreeSpace {
  readonly #mega: MegaStore;

  constructor(store: MegaStore, folders: readonly string[]) {
    super(store, folders);
    this.#mega = store;
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    return this.#mega.freeSpace(options);
  }
}
