import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

const SHARED_OPTIONS = [
  'auth-username',
  'auth-password',
  'aws-access-key-id',
  'aws-secret-access-key',
  's3-storage-class',
  's3-lock-mode',
  's3-list-api-version',
  's3-recursive-list',
  's3-disable-payload-signing',
  's3-multipart-threshold',
  ...HTTP_OPTION_NAMES,
] as const;

const SHARED = {
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 16, maxNameBytes: 900, listingDelayMs: 0 },
} as const;

export const S3: DestinationDescriptor = {
  scheme: 's3',
  displayName: 'S3 and compatible',
  urlForms: ['s3s://bucket/folder?s3-server-name=host', 's3://bucket/folder'],
  optionNames: [
    ...SHARED_OPTIONS,
    'use-ssl',
    's3-server-name',
    's3-location-constraint',
    's3-authentication-region',
    's3-ext-forcepathstyle',
  ],
  ...SHARED,
};

export const IDRIVE_E2: DestinationDescriptor = {
  scheme: 'e2',
  displayName: 'IDrive e2',
  urlForms: ['e2://bucket/folder'],
  optionNames: SHARED_OPTIONS,
  ...SHARED,
};
