import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const AZURE: DestinationDescriptor = {
  scheme: 'azure',
  displayName: 'Azure Blob Storage',
  urlForms: ['azure://container?azure-account-name=account'],
  optionNames: [
    'azure-account-name',
    'azure-access-key',
    'azure-access-sas-token',
    'azure-endpoint',
    'azure-access-tier',
    'azure-blob-immutability-policy-mode',
    'auth-username',
    'auth-password',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 16, maxNameBytes: 900, listingDelayMs: 0 },
};
