import { declareOptions } from './declaration.ts';
import { MINUTE } from './duration.ts';

/** Which versions stay, and when wasted space is reclaimed. */
export const retentionOptions = declareOptions('retention and compaction', [
  {
    name: 'keep-versions',
    type: 'integer',
    default: 0,
    commands: ['backup', 'delete'],
    summary: 'Keeps this many versions; 0 keeps all.',
  },
  {
    name: 'keep-time',
    type: 'time',
    commands: ['backup', 'delete'],
    summary: 'Deletes versions that are older, such as 3M or 1Y; the newest full version always stays.',
  },
  {
    name: 'retention-policy',
    type: 'retention',
    commands: ['backup', 'delete'],
    summary: 'Thins versions out with age: pairs of frame and interval, such as 1W:1D,4W:1W,12M:1M.',
    description:
      'Within each frame one version per interval stays. U is an unlimited frame, or an interval that keeps every version. Versions older than all frames are deleted.',
  },
  {
    name: 'disable-time-tolerance',
    type: 'flag',
    commands: ['backup', 'delete'],
    summary: 'Takes keep-time exactly, without a grace of 1 percent and at most an hour.',
  },
  {
    name: 'allow-full-removal',
    type: 'flag',
    commands: ['backup', 'delete'],
    summary: 'Allows the last version to be deleted too.',
  },
  {
    name: 'no-auto-compact',
    type: 'flag',
    commands: ['backup', 'delete', 'purge'],
    summary: 'Does not reclaim space after a backup, and after versions or files were deleted.',
  },
  {
    name: 'threshold',
    type: 'integer',
    default: 25,
    minimum: 0,
    maximum: 100,
    summary: 'The percentage of wasted space from which volumes are compacted.',
  },
  {
    name: 'small-file-size',
    type: 'size',
    unit: 'mb',
    defaultText: '20 % of the volume size',
    summary: 'Up to which size a dblock counts as small.',
  },
  {
    name: 'small-file-max-count',
    type: 'integer',
    default: 20,
    minimum: 0,
    summary: 'How many small dblocks may lie there before they are joined.',
  },
  {
    name: 'auto-compact-interval',
    type: 'duration',
    default: 0 * MINUTE,
    commands: ['backup', 'delete', 'purge'],
    summary: 'The least time between two automatic compactions.',
  },
]);
