import { declareDestinationOptions } from '../declaration.ts';

/** What Azure Blob Storage reads. */
export const azureOptions = declareDestinationOptions([
  {
    name: 'azure-account-name',
    aliases: ['azure_account_name'],
    type: 'text',
    summary: 'For Azure: the storage account; without it, auth-username.',
  },
  {
    name: 'azure-access-key',
    aliases: ['azure_access_key'],
    type: 'secret',
    summary: 'For Azure: the access key; without it, auth-password.',
  },
  {
    name: 'azure-access-sas-token',
    type: 'secret',
    summary: 'For Azure: a shared access signature instead of the key.',
  },
  {
    name: 'azure-endpoint',
    type: 'text',
    defaultText: 'https://<account>.blob.core.windows.net',
    summary: 'For Azure: the address of the blob service, for other clouds and for emulators.',
  },
  {
    name: 'azure-access-tier',
    type: 'text',
    summary: 'For Azure: the access tier of new files, such as Cool.',
  },
  {
    name: 'azure-archive-classes',
    type: 'list',
    default: ['Cold', 'Archive'],
    summary: 'For Azure: named the tiers whose files cannot be read at once.',
    support: 'no-effect',
    reason: 'Reading such a file fails with what the server says of it.',
  },
  {
    name: 'azure-internal-retries',
    type: 'integer',
    default: 3,
    minimum: 0,
    summary: 'For Azure: set how often the client library tried again by itself.',
    support: 'no-effect',
    reason: 'There is one place that tries again: see number-of-retries.',
  },
  {
    name: 'azure-blob-immutability-policy-mode',
    type: 'choice',
    choices: ['Unlocked', 'Locked'],
    default: 'Unlocked',
    summary: 'For Azure: whether a lock may be lifted before its time by the privileged.',
  },
]);
