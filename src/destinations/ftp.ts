import type { DestinationRequest } from './descriptor.ts';
import { connectFtp } from './ftp/connect.ts';
import { FTP } from './ftp/descriptor.ts';
import { FtpClient } from './ftp/ftp-client.ts';
import { readFtpSettings } from './ftp/settings.ts';
import { RemoteFolder } from './support/remote-folder.ts';

/** A folder at an FTP server, with or without TLS; for the schemes `ftp` and `aftp`. */
export function openFtp(request: DestinationRequest): RemoteFolder<FtpClient> {
  const settings = readFtpSettings(request);
  return new RemoteFolder({
    connect: async () => FtpClient.create(await connectFtp(settings), settings),
    maxConnections: FTP.limits.maxConnections,
    sizeCheckDelayMs: settings.sizeCheckDelayMs,
  });
}
