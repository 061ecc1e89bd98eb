import { declareDestinationOptions } from '../declaration.ts';

/** What S3 and the providers that speak it read. */
export const s3Options = declareDestinationOptions([
  {
    name: 'aws-access-key-id',
    aliases: ['aws_access_key_id', 'access_key_id'],
    type: 'text',
    summary: 'For S3 and IDrive e2: the id of the access key; without it, auth-username.',
  },
  {
    name: 'aws-secret-access-key',
    aliases: ['aws_secret_access_key', 'access_key_secret'],
    type: 'secret',
    summary: 'For S3 and IDrive e2: the secret access key; without it, auth-password.',
  },
  {
    name: 's3-server-name',
    type: 'text',
    defaultText: "Amazon's server of the location",
    summary: 'For S3: the server, as host, host:port or URL.',
  },
  {
    name: 's3-location-constraint',
    type: 'text',
    summary: 'For S3: the region in which a bucket is created, and for which requests are signed.',
  },
  {
    name: 's3-authentication-region',
    type: 'text',
    defaultText: 's3-location-constraint, else us-east-1',
    summary: 'For S3: the region for which requests are signed.',
  },
  {
    name: 's3-storage-class',
    type: 'text',
    summary: 'For S3: the storage class of new files, such as STANDARD_IA.',
  },
  {
    name: 's3-archive-classes',
    type: 'list',
    default: ['DEEP_ARCHIVE', 'GLACIER', 'GLACIER_IR', 'SNOW'],
    summary: 'For S3: named the storage classes whose files cannot be read at once.',
    support: 'no-effect',
    reason: 'Reading such a file fails with what the server says of it.',
  },
  {
    name: 's3-client',
    type: 'choice',
    choices: ['aws', 'minio'],
    default: 'aws',
    summary: 'For S3: chose the client library.',
    support: 'no-effect',
    reason: 'There is one client, which speaks to all servers.',
  },
  {
    name: 's3-disable-chunk-encoding',
    type: 'flag',
    summary: 'For S3: sent files without chunk signatures.',
    support: 'no-effect',
    reason: 'Files are always sent without, because many servers do not understand them.',
  },
  {
    name: 's3-disable-payload-signing',
    type: 'flag',
    summary: 'For S3: leaves the content of files out of the signature.',
  },
  {
    name: 's3-list-api-version',
    aliases: ['list-api-version'],
    type: 'choice',
    choices: ['v1', 'v2'],
    default: 'v1',
    summary: 'For S3: the way to list.',
  },
  {
    name: 's3-recursive-list',
    type: 'flag',
    summary: 'For S3: lists without a delimiter, for servers that know none.',
  },
  {
    name: 's3-lock-mode',
    type: 'choice',
    choices: ['governance', 'compliance'],
    default: 'governance',
    summary: 'For S3: who may lift a lock before its time: the privileged, or nobody.',
  },
  {
    name: 's3-ext-forcepathstyle',
    type: 'flag',
    defaultText: 'on, except at Amazon',
    summary: 'For S3: writes the bucket into the path of requests and not into the name of the server.',
  },
  {
    name: 's3-multipart-threshold',
    type: 'size',
    unit: 'mb',
    default: 1024 * 1024 * 1024,
    minimum: 5 * 1024 * 1024,
    summary: 'For S3: larger files are uploaded in parts.',
  },
]);
