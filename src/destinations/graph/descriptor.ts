import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

const SHARED_OPTIONS = [
  'fragment-size',
  'fragment-retry-count',
  'fragment-retry-delay',
  ...CLOUD_OPTION_NAMES,
] as const;

const SHARED = {
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 250, listingDelayMs: 0 },
} as const;

export const ONEDRIVE: DestinationDescriptor = {
  scheme: 'onedrivev2',
  displayName: 'Microsoft OneDrive',
  urlForms: ['onedrivev2://folder/subfolder'],
  optionNames: ['drive-id', ...SHARED_OPTIONS],
  ...SHARED,
};

export const SHAREPOINT: DestinationDescriptor = {
  scheme: 'sharepoint',
  displayName: 'Microsoft SharePoint',
  urlForms: [
    'sharepoint://folder/subfolder?site-id=id',
    'sharepoint://tenant.sharepoint.com/sites/name//Shared%2520Documents/folder',
  ],
  optionNames: ['site-id', ...SHARED_OPTIONS],
  ...SHARED,
};

export const MICROSOFT_GROUP: DestinationDescriptor = {
  scheme: 'msgroup',
  displayName: 'Microsoft 365 group',
  urlForms: ['msgroup://folder/subfolder?group-email=group@example.org'],
  optionNames: ['group-id', 'group-email', ...SHARED_OPTIONS],
  ...SHARED,
};
