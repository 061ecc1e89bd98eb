import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

export const GCS: DestinationDescriptor = {
  scheme: 'gcs',
  displayName: 'Google Cloud Storage',
  urlForms: ['gcs://bucket/folder'],
  optionNames: [
    'gcs-service-account-json',
    'gcs-service-account-file',
    'gcs-project',
    'gcs-location',
    'gcs-storage-class',
    'gcs-retention-policy-mode',
    ...CLOUD_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 16, maxNameBytes: 900, listingDelayMs: 0 },
};
