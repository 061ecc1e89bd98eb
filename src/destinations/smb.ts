import type { DestinationRequest } from './descriptor.ts';
import { connectShare } from './smb/connect.ts';
import { SMB } from './smb/descriptor.ts';
import { readSmbSettings } from './smb/settings.ts';
import { SmbClient } from './smb/smb-client.ts';
import { RemoteDisk } from './support/remote-disk.ts';

/** A folder of a Windows share, by SMB 2 and 3. */
export function openSmb(request: DestinationRequest): RemoteDisk<SmbClient> {
  const settings = readSmbSettings(request);
  return new RemoteDisk({
    connect: async (signal) => new SmbClient(await connectShare(settings, signal), settings),
    maxConnections: SMB.limits.maxConnections,
  });
}
