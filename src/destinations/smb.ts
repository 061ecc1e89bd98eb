import type { ByteRange, CanReadRange, FreeSpace, HasFreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { SignalOptions } from './destination.ts';
import { connectShare } from './smb/connect.ts';
import { SMB } from './smb/descriptor.ts';
import { readSmbSettings } from './smb/settings.ts';
import { SmbClient } from './smb/smb-client.ts';
import { RemoteFolder } from './support/remote-folder.ts';
import { checkRemoteName } from './support/remote-name.ts';

export function openSmb(request: DestinationRequest): SmbFolder {
  const settings = readSmbSettings(request);
  return new SmbFolder({
    connect: async (signal) => new SmbClient(await connectShare(settings, signal), settings),
    maxConnections: SMB.limits.maxConnections,
  });
}

/** A folder of a Windows share, by SMB 2 and 3. */
export class SmbFolder extends RemoteFolder<SmbClient> implements CanReadRange, HasFreeSpace {
  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    checkRemoteName(name);
    return this.work((client) => client.readRange(name, range), options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    return this.work((client) => client.freeSpace(), options);
  }
}
