import type { ProgramOptionName } from '../options/index.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { S3Server } from './s3/s3-settings.ts';
import { S3Bucket } from './s3.ts';
import { missingOption, requireCredentials } from './support/credentials.ts';
import { folderPath } from './support/folder-path.ts';
import { HttpClient, readHttpSettings } from './support/http/index.ts';

/**
 * Aliyun OSS, by the S3 interface that it has beside its own. The bucket is an option; all of the URL is the
 * prefix.
 */
export function openAliyunOss(request: DestinationRequest): S3Bucket {
  const endpoint = need(request, 'oss-endpoint');
  const url = new URL(/^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`);
  const [region = ''] = url.hostname.replace(/^s3\./, '').split('.');
  return openRelative(request, {
    bucket: need(request, 'oss-bucket-name'),
    keys: { user: 'oss-access-key-id', password: 'oss-access-key-secret' },
    server: { url, region: region.replace(/-internal$/, ''), style: 'host' },
    storageClass: undefined,
  });
}

/**
 * Tencent COS, by the S3 interface that it has beside its own. The bucket is an option; all of the URL is the
 * prefix.
 */
export function openTencentCos(request: DestinationRequest): S3Bucket {
  const { settings } = request;
  const region = need(request, 'cos-region');
  const name = need(request, 'cos-bucket');
  const accountId = settings.get('cos-app-id');
  // The full name of a bucket ends in the number of the account.
  const bucket = accountId === undefined || name.endsWith(`-${accountId}`) ? name : `${name}-${accountId}`;
  return openRelative(request, {
    bucket,
    keys: { user: 'cos-secret-id', password: 'cos-secret-key' },
    server: { url: new URL(`https://cos.${region}.myqcloud.com`), region, style: 'host' },
    storageClass: settings.get('cos-storage-class'),
  });
}

interface Relative {
  readonly bucket: string;
  readonly keys: {
    readonly user: 'oss-access-key-id' | 'cos-secret-id';
    readonly password: 'oss-access-key-secret' | 'cos-secret-key';
  };
  readonly server: S3Server;
  readonly storageClass: string | undefined;
}

function openRelative(request: DestinationRequest, relative: Relative): S3Bucket {
  const { settings, log, url } = request;
  const { bucket, keys, server, storageClass } = relative;
  const own = { user: settings.get(keys.user), password: settings.get(keys.password) };
  const { user: keyId, password: secret } = requireCredentials(request, own, keys);
  const prefix = folderPath(url)
    .map((part) => `${part}/`)
    .join('');
  return new S3Bucket(
    {
      bucket,
      prefix,
      storageClass,
      lockMode: 'GOVERNANCE',
      listVersion: settings.get('s3-list-api-version'),
      usesDelimiter: true,
      signsPayload: true,
      multipartBytes: settings.get('s3-multipart-threshold'),
      location: undefined,
    },
    {
      http: new HttpClient(readHttpSettings(settings), log),
      bucket,
      keyId,
      secret,
      findServer: async () => server,
    },
  );
}

function need(
  request: DestinationRequest,
  name: ProgramOptionName & ('oss-endpoint' | 'oss-bucket-name' | 'cos-region' | 'cos-bucket'),
): string {
  const value = request.settings.get(name);
  if (value === undefined) throw missingOption(request, name);
  return value;
}
