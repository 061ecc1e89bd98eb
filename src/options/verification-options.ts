import { declareOptions } from './declaration.ts';
import { MINUTE } from './duration.ts';

/** Checking what is stored, and putting it right. */
export const verificationOptions = declareOptions('verification and repair', [
  {
    name: 'no-backend-verification',
    type: 'flag',
    summary: 'Neither lists the destination nor tests samples of it.',
  },
  {
    name: 'backup-test-samples',
    type: 'integer',
    default: 1,
    minimum: 0,
    commands: ['backup'],
    summary: 'How many sets of volumes (dlist, dindex, dblock) are tested after each backup.',
  },
  {
    name: 'backup-test-percentage',
    type: 'decimal',
    default: 0.1,
    minimum: 0,
    maximum: 100,
    commands: ['backup'],
    summary: 'The same as a percentage of all volumes; the larger number counts.',
  },
  {
    name: 'full-remote-verification',
    type: 'choice',
    choices: ['True', 'False', 'ListAndIndexes', 'IndexesOnly'],
    choiceAliases: {
      indexonly: 'IndexesOnly',
      '1': 'True',
      yes: 'True',
      on: 'True',
      '0': 'False',
      no: 'False',
      off: 'False',
    },
    bare: 'True',
    default: 'True',
    summary: 'Looks inside tested volumes instead of comparing only their size and hash.',
    description:
      'ListAndIndexes does so for all but dblocks, IndexesOnly for dindexes. Unless it is given, the samples after a backup are looked into but for dlists, whose hash is enough.',
  },
  {
    name: 'full-block-verification',
    type: 'flag',
    summary: 'Tests the hash of every block in tested volumes.',
  },
  {
    name: 'dont-replace-faulty-index-files',
    type: 'flag',
    commands: ['test', 'backup'],
    summary: 'Leaves a dindex that was found faulty as it is.',
  },
  {
    name: 'skip-file-hash-checks',
    type: 'flag',
    summary: 'Takes volumes although their size or hash is wrong.',
    description: 'Blocks are checked in any case.',
  },
  {
    name: 'dont-read-manifests',
    type: 'flag',
    summary: 'Takes volumes although their manifest is wrong or missing.',
    description:
      'Without a local database, --blocksize and the hash algorithms must be given as the backup was made with them.',
  },
  {
    name: 'disable-filelist-consistency-checks',
    type: 'flag',
    summary: 'Left a slow part out of the check of the local database.',
    support: 'no-effect',
    reason: 'The local database of Ashlar needs no such check.',
  },
  {
    name: 'auto-cleanup',
    type: 'flag',
    summary: 'Repairs the destination when the check before an operation fails.',
    support: 'no-effect',
    reason: 'What can be mended safely is mended without being asked.',
  },
  {
    name: 'auto-vacuum',
    type: 'flag',
    summary: 'Makes the local database as small as possible after each operation.',
  },
  {
    name: 'auto-vacuum-interval',
    type: 'duration',
    default: 0 * MINUTE,
    summary: 'The least time between two such runs.',
  },
  {
    name: 'rebuild-missing-dblock-files',
    type: 'flag',
    commands: ['repair'],
    summary: 'Makes lost dblocks again from the files they came from.',
    description: 'A backup does the same by itself, as far as its source still has them.',
  },
  {
    name: 'disable-partial-dblock-recovery',
    type: 'flag',
    commands: ['repair'],
    summary: 'Ends with an error unless everything that was lost could be made again.',
    description: 'With --rebuild-missing-dblock-files. What could be made again is stored in any case.',
  },
  {
    name: 'disable-replace-missing-metadata',
    type: 'flag',
    commands: ['purge-broken-files'],
    summary: 'Drops entries whose metadata is lost instead of giving them empty metadata.',
  },
  {
    name: 'reduced-purge-statistics',
    type: 'flag',
    commands: ['purge', 'purge-broken-files'],
    summary: 'Did not sum up the size of what was purged.',
    support: 'no-effect',
    reason: 'The sum costs next to nothing.',
  },
  {
    name: 'repair-only-paths',
    type: 'flag',
    commands: ['repair'],
    summary: 'Makes a local database that knows paths only, or adds --version or --time to one.',
    description:
      'Only file lists are read, so it is quick. It serves listing, searching and comparing; a restore reads what it needs besides from the destination, and the first operation that writes makes the whole database.',
  },
  {
    name: 'repair-force-block-use',
    type: 'flag',
    commands: ['repair'],
    summary: 'Reads all dblocks while rebuilding the local database, whatever the indexes say.',
  },
  {
    name: 'repair-ignore-outdated-database',
    type: 'flag',
    commands: ['repair'],
    summary: 'Repairs although the destination is newer than the local database.',
    support: 'no-effect',
    reason:
      'A local database that is behind the destination is rebuilt without being asked, and nothing is deleted for it.',
  },
  {
    name: 'repair-refresh-lock-info',
    type: 'flag',
    commands: ['repair'],
    summary: 'Asks the destination about locks of volumes while repairing.',
  },
  {
    name: 'refresh-lock-info-complete',
    type: 'flag',
    commands: ['read-lock-info', 'repair'],
    summary: 'Asks about all volumes, not only those of which nothing is known.',
  },
  {
    name: 'ignore-update-if-version-exists',
    type: 'flag',
    commands: ['repair'],
    summary:
      'For --repair-only-paths: leaves versions alone that the database knows already, instead of refusing.',
  },
  {
    name: 'disable-synthetic-filelist',
    type: 'flag',
    commands: ['backup', 'repair'],
    summary: 'Makes no version from what an interrupted run has stored.',
  },
]);
