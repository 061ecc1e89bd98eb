import { AZURE } from './azure.ts';
import { FTPS } from './ftps.ts';
import type { PlaceKind } from './place.ts';
import { RCLONE } from './rclone.ts';
import { S3 } from './s3.ts';
import { SFTP } from './sftp.ts';
import { SMB } from './smb.ts';
import { SWIFT } from './swift.ts';
import { WEBDAV } from './webdav.ts';

export { argumentsOf, type Place, type PlaceKind, type PlaceOptions, type Way } from './place.ts';

/** The kinds of destinations that real servers of this machine stand behind. */
export const PLACE_KINDS: readonly PlaceKind[] = [SFTP, FTPS, WEBDAV, S3, SWIFT, AZURE, SMB, RCLONE];
