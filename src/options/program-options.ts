import { commandLineOptions } from './command-line-options.ts';
import { azureOptions } from './destination-options/azure-options.ts';
import { b2Options } from './destination-options/b2-options.ts';
import { backendTestOptions } from './destination-options/backend-test-options.ts';
import { cloudDriveOptions } from './destination-options/cloud-drive-options.ts';
import { filejumpOptions } from './destination-options/filejump-options.ts';
import { filenOptions } from './destination-options/filen-options.ts';
import { ftpOptions } from './destination-options/ftp-options.ts';
import { gcsOptions } from './destination-options/gcs-options.ts';
import { graphOptions } from './destination-options/graph-options.ts';
import { jottacloudOptions } from './destination-options/jottacloud-options.ts';
import { megaOptions } from './destination-options/mega-options.ts';
import { movistarOptions } from './destination-options/movistar-options.ts';
import { rcloneOptions } from './destination-options/rclone-options.ts';
import { s3Options } from './destination-options/s3-options.ts';
import { s3RelativesOptions } from './destination-options/s3-relatives-options.ts';
import { siaOptions } from './destination-options/sia-options.ts';
import { smbOptions } from './destination-options/smb-options.ts';
import { sshOptions } from './destination-options/ssh-options.ts';
import { storjOptions } from './destination-options/storj-options.ts';
import { swiftOptions } from './destination-options/swift-options.ts';
import { webdavOptions } from './destination-options/webdav-options.ts';
import { destinationSyncOptions } from './destination-sync-options.ts';
import { formatOptions } from './format-options.ts';
import { loggingOptions } from './logging-options.ts';
import { notificationOptions } from './notification-options.ts';
import { processOptions } from './process-options.ts';
import { pullOptions } from './pull-options.ts';
import { restoreOptions } from './restore-options.ts';
import { retentionOptions } from './retention-options.ts';
import { scriptOptions } from './script-options.ts';
import { selectionOptions } from './selection-options.ts';
import { sourceOptions } from './source-options.ts';
import { synchronizationOptions } from './synchronization-options.ts';
import { transferOptions } from './transfer-options.ts';
import { verificationOptions } from './verification-options.ts';

/**
 * Every option of the program, in the order of the help. Those of single destinations have a file each in
 * `destination-options`.
 */
export const programOptions = [
  ...commandLineOptions,
  ...formatOptions,
  ...sourceOptions,
  ...transferOptions,
  ...sshOptions,
  ...ftpOptions,
  ...smbOptions,
  ...rcloneOptions,
  ...backendTestOptions,
  ...webdavOptions,
  ...s3Options,
  ...s3RelativesOptions,
  ...swiftOptions,
  ...azureOptions,
  ...b2Options,
  ...cloudDriveOptions,
  ...gcsOptions,
  ...graphOptions,
  ...jottacloudOptions,
  ...filejumpOptions,
  ...filenOptions,
  ...megaOptions,
  ...movistarOptions,
  ...siaOptions,
  ...storjOptions,
  ...verificationOptions,
  ...retentionOptions,
  ...selectionOptions,
  ...restoreOptions,
  ...processOptions,
  ...loggingOptions,
  ...scriptOptions,
  ...notificationOptions,
  ...synchronizationOptions,
  ...destinationSyncOptions,
  ...pullOptions,
] as const;

export type ProgramOption = (typeof programOptions)[number];
export type ProgramOptionName = ProgramOption['name'];
