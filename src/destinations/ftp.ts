import type { DestinationRequest } from './descriptor.ts';
import { connectFtp, type FtpTrust, learnTrust } from './ftp/connect.ts';
import { FTP } from './ftp/descriptor.ts';
import { FtpClient } from './ftp/ftp-client.ts';
import { readFtpSettings } from './ftp/settings.ts';
import { RemoteFolder } from './support/remote-folder.ts';

/** A folder at an FTP server, with or without TLS; for the schemes `ftp` and `aftp`. */
export function openFtp(request: DestinationRequest): RemoteFolder<FtpClient> {
  const settings = readFtpSettings(request);
  let trust: FtpTrust | undefined;
  return new RemoteFolder({
    connect: async (signal) => {
      trust ??= await learnTrust(settings, signal);
      return new FtpClient(await connectFtp(settings, trust, signal), settings);
    },
    maxConnections: FTP.limits.maxConnections,
    sizeCheckDelayMs: settings.sizeCheckDelayMs,
  });
}
