import { declareDestinationOptions } from '../declaration.ts';

const ONE_STREAM = {
  support: 'no-effect',
  reason: 'Several volumes are read at the same time instead of the parts of one.',
} as const;

/** What Jottacloud reads beside a login. */
export const jottacloudOptions = declareDestinationOptions([
  {
    name: 'jottacloud-device',
    type: 'text',
    default: 'Jotta',
    summary: 'For Jottacloud: the device, the built-in one or one of your own.',
  },
  {
    name: 'jottacloud-mountpoint',
    type: 'text',
    defaultText: 'Archive, or Duplicati on a device of your own',
    summary: 'For Jottacloud: the mount point on the device; on the built-in one Archive or Sync.',
  },
  {
    name: 'jottacloud-threads',
    type: 'integer',
    default: 4,
    minimum: 1,
    summary: 'For Jottacloud: how many parts of a volume were read at the same time.',
    ...ONE_STREAM,
  },
  {
    name: 'jottacloud-chunksize',
    type: 'size',
    unit: 'mb',
    default: 5 * 1024 * 1024,
    minimum: 1,
    summary: 'For Jottacloud: how large the parts of a volume were that were read at the same time.',
    ...ONE_STREAM,
  },
]);
