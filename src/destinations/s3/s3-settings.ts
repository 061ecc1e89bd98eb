import type { ProgramSettings } from '../../options/index.ts';
import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';

/** Where the objects of one destination are, and how they are stored. */
export interface S3Settings {
  readonly bucket: string;
  /** Of every key; empty, or ends in a slash. */
  readonly prefix: string;
  readonly storageClass: string | undefined;
  readonly lockMode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly listVersion: 'v1' | 'v2';
  /** Whether listings are asked to leave out what lies in folders below. */
  readonly usesDelimiter: boolean;
  readonly signsPayload: boolean;
  /** Larger files are uploaded in parts. */
  readonly multipartBytes: number;
  /** The region that a new bucket is asked for. */
  readonly location: string | undefined;
}

export interface S3Server {
  readonly url: URL;
  /** The region that requests are signed for. */
  readonly region: string;
  /** `path`: the bucket is the first part of the path; `host`: it stands before the name of the server. */
  readonly style: 'path' | 'host';
}

/** Reads where a URL `s3://bucket/prefix` points to. Throws `destination-url-invalid` without a bucket. */
export function readS3Settings({ url, settings }: DestinationRequest): S3Settings {
  const { host: bucket = '' } = url;
  if (bucket === '') {
    throw new DestinationError('destination-url-invalid', `A ${url.scheme}:// destination needs a bucket.`, {
      hint: `The form is ${url.scheme}://bucket/folder.`,
    });
  }
  const folders = url.path.split('/').filter((part) => part !== '');
  return {
    bucket,
    prefix: folders.map((part) => `${part}/`).join(''),
    storageClass: settings.get('s3-storage-class') || undefined,
    lockMode: settings.get('s3-lock-mode') === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
    listVersion: settings.get('s3-list-api-version'),
    usesDelimiter: !settings.get('s3-recursive-list'),
    signsPayload: !settings.get('s3-disable-payload-signing'),
    multipartBytes: settings.get('s3-multipart-threshold'),
    location: settings.get('s3-location-constraint') || undefined,
  };
}

/**
 * Reads which server to speak to. As in Duplicati, TLS is only used where it is asked for, by `use-ssl` or by
 * an `https://` server.
 */
export function readS3Server(settings: ProgramSettings): S3Server {
  const location = settings.get('s3-location-constraint') || undefined;
  const name = settings.get('s3-server-name') || amazonServer(location);
  const isUrl = /^https?:\/\//i.test(name);
  const url = new URL(isUrl ? name : `http://${name}`);
  if (settings.get('use-ssl')) url.protocol = 'https:';
  const given = settings.get('s3-authentication-region') || location;
  return {
    url,
    region: given ?? regionOfHost(url.hostname) ?? 'us-east-1',
    style: choosesPath(settings, url) ? 'path' : 'host',
  };
}

/** True for Amazon's own servers, which are the only ones that are known to be asked by the name of the bucket. */
export function isAmazon(host: string): boolean {
  return /(?:^|\.)amazonaws\.com(?:\.cn)?$/i.test(host);
}

/** The server for a location of Amazon's; the general one where the location is not of that form. */
export function amazonServer(location: string | undefined): string {
  if (location === undefined || !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(location)) return 's3.amazonaws.com';
  return `s3.${location}.amazonaws.com${location.startsWith('cn-') ? '.cn' : ''}`;
}

/** Many providers write the region into the name of the server: `s3.eu-central-1.wasabisys.com`. */
function regionOfHost(host: string): string | undefined {
  return /^s3[.-]([a-z]{2}(?:-[a-z]+)+-\d+)\./i.exec(host)?.[1]?.toLowerCase();
}

function choosesPath(settings: ProgramSettings, url: URL): boolean {
  return settings.isGiven('s3-ext-forcepathstyle')
    ? settings.get('s3-ext-forcepathstyle')
    : !isAmazon(url.hostname);
}
