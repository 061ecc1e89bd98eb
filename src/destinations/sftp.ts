import type { DestinationRequest } from './descriptor.ts';
import { connectSftp } from './sftp/connect.ts';
import { SFTP } from './sftp/descriptor.ts';
import { readSftpSettings } from './sftp/settings.ts';
import { SftpClient } from './sftp/sftp-client.ts';
import { RemoteDisk } from './support/remote-disk.ts';

/** Of 32 KB each: enough for 20 MB/s over a distance of 100 ms, on each connection. */
const WRITE_WINDOW = 64;

/** A folder at an SSH server, by SFTP version 3. */
export function openSftp(request: DestinationRequest): RemoteDisk<SftpClient> {
  const settings = readSftpSettings(request);
  const manners = { writeWindow: WRITE_WINDOW };
  return new RemoteDisk({
    connect: async (signal) => new SftpClient(await connectSftp(settings, manners, signal), settings),
    maxConnections: SFTP.limits.maxConnections,
  });
}
