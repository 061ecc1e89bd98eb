import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

const SHARED = {
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 16, maxNameBytes: 900, listingDelayMs: 0 },
} as const;

const SHARED_OPTIONS = [
  'auth-username',
  'auth-password',
  's3-list-api-version',
  's3-multipart-threshold',
  ...HTTP_OPTION_NAMES,
] as const;

export const ALIYUN_OSS: DestinationDescriptor = {
  scheme: 'aliyunoss',
  displayName: 'Aliyun OSS',
  urlForms: ['aliyunoss://folder?oss-bucket-name=bucket&oss-endpoint=oss-cn-hangzhou.aliyuncs.com'],
  optionNames: [
    'oss-bucket-name',
    'oss-endpoint',
    'oss-access-key-id',
    'oss-access-key-secret',
    ...SHARED_OPTIONS,
  ],
  ...SHARED,
};

export const TENCENT_COS: DestinationDescriptor = {
  scheme: 'cos',
  displayName: 'Tencent COS',
  urlForms: ['cos://folder?cos-bucket=bucket-1250000000&cos-region=ap-guangzhou'],
  optionNames: [
    'cos-app-id',
    'cos-region',
    'cos-secret-id',
    'cos-secret-key',
    'cos-bucket',
    'cos-storage-class',
    ...SHARED_OPTIONS,
  ],
  ...SHARED,
};
