import { AZURE } from './azure.ts';
import { FTPS } from './ftps.ts';
import type { PlaceKind } from './place.ts';
import { RCLONE } from './rclone.ts';
import { S3 } from './s3.ts';
import { SFTP } from './sftp.ts';
import { SMB } from './smb.ts';
import { SWIFT } from './swift.ts';
import { WEBDAV } from './webdav.ts';

export { CLOUD_KINDS } from './clouds.ts';
export { argumentsOf, type Place, type PlaceKind, type PlaceOptions, type Way } from './place.ts';
export { AZURE, S3, SFTP, WEBDAV };

/** Kinds whose real servers are light enough for every run of the tests. */
export const LIGHT_KINDS: readonly PlaceKind[] = [SFTP, FTPS, WEBDAV, SMB, RCLONE];
/** Kinds whose real servers are whole services. */
export const HEAVY_KINDS: readonly PlaceKind[] = [S3, SWIFT, AZURE];
/** The kinds of destinations that real servers of this machine stand behind. */
export const PLACE_KINDS: readonly PlaceKind[] = [...LIGHT_KINDS, ...HEAVY_KINDS];
