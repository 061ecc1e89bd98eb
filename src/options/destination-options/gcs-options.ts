import { declareDestinationOptions } from '../declaration.ts';

/** What Google Cloud Storage reads beside a login. */
export const gcsOptions = declareDestinationOptions([
  {
    name: 'gcs-service-account-json',
    type: 'secret',
    summary: 'For Google Cloud Storage: the JSON key of a service account, instead of an authid.',
  },
  {
    name: 'gcs-service-account-file',
    type: 'path',
    summary: 'For Google Cloud Storage: a file with the JSON key of a service account.',
  },
  {
    name: 'gcs-project',
    type: 'text',
    summary: 'For Google Cloud Storage: the project in which a bucket is created.',
  },
  {
    name: 'gcs-location',
    type: 'text',
    summary: 'For Google Cloud Storage: where a bucket is created, such as EU or us-east1.',
  },
  {
    name: 'gcs-storage-class',
    type: 'text',
    summary: 'For Google Cloud Storage: the storage class of volumes and of a bucket that is created.',
  },
  {
    name: 'gcs-retention-policy-mode',
    type: 'choice',
    choices: ['Unlocked', 'Locked'],
    defaultText: 'Unlocked',
    summary: 'For Google Cloud Storage: whether the privileged may lift a lock before its time.',
  },
]);
