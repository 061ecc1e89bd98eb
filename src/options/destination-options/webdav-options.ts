import { declareDestinationOptions, WINDOWS_ONLY } from '../declaration.ts';

/** What only WebDAV reads. */
export const webdavOptions = declareDestinationOptions([
  {
    name: 'force-digest-authentication',
    type: 'flag',
    summary: 'For WebDAV: never sends the password itself, only a proof of it.',
  },
  {
    name: 'integrated-authentication',
    type: 'flag',
    summary: 'For WebDAV: logs in as the Windows user who runs the program.',
    ...WINDOWS_ONLY,
  },
  {
    name: 'use-extended-propfind',
    type: 'flag',
    summary: 'For WebDAV: asked for all properties in so many words when listing.',
    support: 'no-effect',
    reason: 'The properties that are needed are always named, which every server understands.',
  },
  {
    name: 'use-legacy-parsing',
    type: 'flag',
    summary: 'For WebDAV: read listings in an older way.',
    support: 'no-effect',
    reason: 'There is one way to read listings.',
  },
  {
    name: 'debug-propfind-file',
    type: 'path',
    summary: 'For WebDAV: kept a copy of the last listing.',
    support: 'no-effect',
    reason: 'A listing that cannot be read is quoted in its error.',
  },
]);
