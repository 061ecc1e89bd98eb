import { declareDestinationOptions } from '../declaration.ts';

/** What OneDrive, SharePoint and Microsoft 365 groups read. */
export const graphOptions = declareDestinationOptions([
  {
    name: 'drive-id',
    type: 'text',
    defaultText: "the user's own",
    summary: 'For OneDrive: the id of the drive.',
  },
  { name: 'site-id', type: 'text', summary: 'For SharePoint: the id of the site.' },
  { name: 'group-id', type: 'text', summary: 'For Microsoft 365 groups: the id of the group.' },
  {
    name: 'group-email',
    type: 'text',
    summary: 'For Microsoft 365 groups: the mail address of the group, instead of its id.',
  },
  {
    name: 'fragment-size',
    type: 'size',
    default: 10 * 1024 * 1024,
    minimum: 320 * 1024,
    maximum: 60 * 1024 * 1024,
    summary: 'For OneDrive, SharePoint and groups: how large the parts of a volume are that is uploaded.',
  },
  {
    name: 'fragment-retry-count',
    type: 'integer',
    default: 5,
    minimum: 0,
    summary: 'For OneDrive, SharePoint and groups: how often a part is sent again before the upload fails.',
  },
  {
    name: 'fragment-retry-delay',
    type: 'integer',
    default: 1000,
    minimum: 0,
    summary:
      'For OneDrive, SharePoint and groups: the wait before a part is sent again, in milliseconds; it doubles each time.',
  },
  {
    name: 'use-http-client',
    type: 'flag',
    summary: 'For OneDrive, SharePoint and groups: chose another way to speak HTTP.',
    support: 'no-effect',
    reason: 'There is one way to speak HTTP.',
  },
]);
