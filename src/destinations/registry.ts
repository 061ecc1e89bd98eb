import process from 'node:process';
import { type Log, silentLog } from '../base/index.ts';
import { programOptions, resolveOptions } from '../options/index.ts';
import { AZURE } from './azure/descriptor.ts';
import { B2 } from './b2/descriptor.ts';
import { BOX } from './box/descriptor.ts';
import { findCommonName } from './common-names.ts';
import type { DestinationDescriptor, OpenDestination } from './descriptor.ts';
import type { Destination } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { DRIME } from './drime/descriptor.ts';
import { DROPBOX } from './dropbox/descriptor.ts';
import { FILEJUMP } from './filejump/descriptor.ts';
import { FILEN } from './filen/descriptor.ts';
import { AFTP, FTP } from './ftp/descriptor.ts';
import { GCS } from './gcs/descriptor.ts';
import { GOOGLE_DRIVE } from './google-drive/descriptor.ts';
import { MICROSOFT_GROUP, ONEDRIVE, SHAREPOINT } from './graph/descriptor.ts';
import { JOTTACLOUD } from './jottacloud/descriptor.ts';
import { LOCAL_FOLDER } from './local-folder/descriptor.ts';
import { MEGA } from './mega/descriptor.ts';
import { MOVISTAR } from './movistar/descriptor.ts';
import { otherWay } from './other-ways.ts';
import { PCLOUD } from './pcloud/descriptor.ts';
import { RCLONE } from './rclone/descriptor.ts';
import { IDRIVE_E2, S3 } from './s3/descriptor.ts';
import { ALIYUN_OSS, TENCENT_COS } from './s3/relatives.ts';
import { SFTP } from './sftp/descriptor.ts';
import { SIA } from './sia/descriptor.ts';
import { CIFS, SMB } from './smb/descriptor.ts';
import { STORJ } from './storj/descriptor.ts';
import { type DestinationUrl, parseDestinationUrl } from './support/destination-url.ts';
import { CLOUDFILES, OPENSTACK } from './swift/descriptor.ts';
import { TAHOE } from './tahoe/descriptor.ts';
import { WEBDAV } from './webdav/descriptor.ts';
import { keepOrder } from './wrappers/keep-order.ts';

interface Provider {
  readonly descriptor: DestinationDescriptor;
  /** True where the destination looks after its connections, and after callers that give up, by itself. */
  readonly keepsOrder?: true;
  /** Loads the code, and the libraries it needs, only when such a destination is opened. */
  load(): Promise<OpenDestination>;
}

/** The only list of destinations. */
const PROVIDERS: readonly Provider[] = [
  {
    descriptor: LOCAL_FOLDER,
    load: async () => (await import('./local-folder.ts')).openLocalFolder,
    keepsOrder: true,
  },
  { descriptor: SFTP, load: async () => (await import('./sftp.ts')).openSftp, keepsOrder: true },
  { descriptor: FTP, load: async () => (await import('./ftp.ts')).openFtp, keepsOrder: true },
  { descriptor: AFTP, load: async () => (await import('./ftp.ts')).openFtp, keepsOrder: true },
  { descriptor: S3, load: async () => (await import('./s3.ts')).openS3 },
  { descriptor: IDRIVE_E2, load: async () => (await import('./idrive-e2.ts')).openIdriveE2 },
  { descriptor: OPENSTACK, load: async () => (await import('./swift.ts')).openOpenstack },
  { descriptor: CLOUDFILES, load: async () => (await import('./swift.ts')).openCloudfiles },
  { descriptor: AZURE, load: async () => (await import('./azure.ts')).openAzure },
  { descriptor: ALIYUN_OSS, load: async () => (await import('./s3-relatives.ts')).openAliyunOss },
  { descriptor: TENCENT_COS, load: async () => (await import('./s3-relatives.ts')).openTencentCos },
  { descriptor: GCS, load: async () => (await import('./gcs.ts')).openGcs },
  { descriptor: GOOGLE_DRIVE, load: async () => (await import('./google-drive.ts')).openGoogleDrive },
  { descriptor: B2, load: async () => (await import('./b2.ts')).openB2 },
  { descriptor: BOX, load: async () => (await import('./box.ts')).openBox },
  { descriptor: DROPBOX, load: async () => (await import('./dropbox.ts')).openDropbox },
  { descriptor: JOTTACLOUD, load: async () => (await import('./jottacloud.ts')).openJottacloud },
  { descriptor: PCLOUD, load: async () => (await import('./pcloud.ts')).openPcloud },
  { descriptor: ONEDRIVE, load: async () => (await import('./graph.ts')).openOneDrive },
  { descriptor: SHAREPOINT, load: async () => (await import('./graph.ts')).openSharePoint },
  { descriptor: MICROSOFT_GROUP, load: async () => (await import('./graph.ts')).openMicrosoftGroup },
  { descriptor: FILEJUMP, load: async () => (await import('./filejump.ts')).openFilejump },
  { descriptor: DRIME, load: async () => (await import('./drime.ts')).openDrime },
  { descriptor: FILEN, load: async () => (await import('./filen.ts')).openFilen },
  { descriptor: MEGA, load: async () => (await import('./mega.ts')).openMega },
  { descriptor: SIA, load: async () => (await import('./sia.ts')).openSia },
  { descriptor: STORJ, load: async () => (await import('./storj.ts')).openStorj },
  { descriptor: MOVISTAR, load: async () => (await import('./movistar.ts')).openMovistar },
  { descriptor: TAHOE, load: async () => (await import('./tahoe.ts')).openTahoe },
  { descriptor: WEBDAV, load: async () => (await import('./webdav.ts')).openWebdav },
  { descriptor: SMB, load: async () => (await import('./smb.ts')).openSmb, keepsOrder: true },
  { descriptor: CIFS, load: async () => (await import('./smb.ts')).openSmb, keepsOrder: true },
  { descriptor: RCLONE, load: async () => (await import('./rclone.ts')).openRclone },
];

export interface OpenOptions {
  /**
   * Texts of options by name, as far as they were given; those in the URL win. Names that mean nothing here
   * are ignored.
   */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/**
 * Opens a destination by its URL or folder path, without touching the storage. Throws
 * `destination-url-invalid`, `destination-unknown-scheme`, or an `OptionError` for a value that an option
 * does not take. The caller disposes of it.
 */
export async function openDestination(url: string, options: OpenOptions = {}): Promise<Destination> {
  const { provider, parsed } = findProvider(parseDestinationUrl(url));
  const settings = resolveOptions(programOptions, {
    stored: new Map(Object.entries(options.settings ?? {})),
    destinationQuery: new Map(Object.entries(parsed.query)),
    context: { pathListSeparator: process.platform === 'win32' ? ';' : ':' },
  });
  const open = await provider.load();
  const destination = open({ url: parsed, settings, log: options.log ?? silentLog });
  const { descriptor, keepsOrder = false } = provider;
  return keepsOrder ? destination : keepOrder(destination, descriptor.limits.maxConnections);
}

function findProvider(url: DestinationUrl): { readonly provider: Provider; readonly parsed: DestinationUrl } {
  const { scheme } = url;
  const found = providerOf(scheme);
  if (found === undefined) throw otherWay(scheme) ?? unknownScheme(scheme);
  const { provider, usesTls } = found;
  if (!usesTls) return { provider, parsed: url };
  const parsed = { ...url, scheme: provider.descriptor.scheme, query: { ...url.query, 'use-ssl': 'true' } };
  return { provider, parsed };
}

/** `webdavs` and the like are `webdav` with the option `use-ssl`. */
function providerOf(scheme: string): { readonly provider: Provider; readonly usesTls: boolean } | undefined {
  const found = PROVIDERS.find(({ descriptor }) => descriptor.scheme === scheme);
  if (found !== undefined) return { provider: found, usesTls: false };
  const plain = PROVIDERS.find(
    ({ descriptor }) => `${descriptor.scheme}s` === scheme && descriptor.optionNames.includes('use-ssl'),
  );
  return plain === undefined ? undefined : { provider: plain, usesTls: true };
}

/** The kind that a scheme stands for, in small letters; `undefined` where it stands for none. */
export function describeScheme(scheme: string): DestinationDescriptor | undefined {
  return providerOf(scheme)?.provider.descriptor;
}

/** Every kind of destination, for help, documentation and forms. */
export function describeDestinations(): readonly DestinationDescriptor[] {
  return PROVIDERS.map(({ descriptor }) => descriptor);
}

function unknownScheme(scheme: string): DestinationError {
  const known = PROVIDERS.map(({ descriptor }) => `${descriptor.scheme}://`).join(', ');
  return new DestinationError(
    'destination-unknown-scheme',
    `There is no kind of destination called '${scheme}://'.`,
    { details: { scheme }, hint: commonNameHint(scheme) ?? `Known are: a folder path, ${known}.` },
  );
}

function commonNameHint(scheme: string): string | undefined {
  const { schemes, urlForm } = findCommonName(scheme) ?? {};
  if (urlForm !== undefined) return `Write it so: ${urlForm}`;
  return schemes && `Write ${schemes.map((name) => `${name}://`).join(' or ')} instead.`;
}
