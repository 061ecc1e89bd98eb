import { declareOptions } from './declaration.ts';
import { DAY, MINUTE } from './duration.ts';
import { secretProviderOptions } from './secret-provider-options.ts';

const HALF_OF_THE_PROCESSORS = 'half of the processors, at least 1';

/** Processors, folders, and how the program behaves on the machine. */
export const processOptions = declareOptions('process', [
  {
    name: 'dry-run',
    aliases: ['dryrun'],
    type: 'flag',
    summary: 'Says what would be done, and changes nothing.',
  },
  {
    name: 'dbpath',
    type: 'path',
    defaultText: 'found by the destination',
    summary: 'The local database, a cache that can always be rebuilt from the destination.',
  },
  {
    name: 'tempdir',
    type: 'path',
    defaultText: 'that of the system',
    summary: 'The folder for temporary files.',
  },
  {
    name: 'concurrency-max-threads',
    type: 'integer',
    default: 0,
    summary: 'The most worker threads; 0 or less means one per processor.',
  },
  {
    name: 'concurrency-compressors',
    type: 'integer',
    defaultText: HALF_OF_THE_PROCESSORS,
    minimum: 1,
    summary: 'Set the number of threads that compressed.',
    support: 'no-effect',
    reason: 'One worker per processor reads, hashes, compresses and encrypts.',
  },
  {
    name: 'concurrency-block-hashers',
    type: 'integer',
    defaultText: HALF_OF_THE_PROCESSORS,
    minimum: 1,
    summary: 'Set the number of threads that hashed.',
    support: 'no-effect',
    reason: 'One worker per processor reads, hashes, compresses and encrypts.',
  },
  {
    name: 'concurrency-fileprocessors',
    type: 'integer',
    defaultText: HALF_OF_THE_PROCESSORS,
    minimum: 1,
    summary: 'Set the number of threads that read files.',
    support: 'no-effect',
    reason: 'One worker per processor reads, hashes, compresses and encrypts.',
  },
  {
    name: 'cpu-intensity',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 10,
    commands: ['backup'],
    summary: 'How much of each second the workers of a backup may use, in tenths.',
  },
  {
    name: 'use-background-io-priority',
    type: 'flag',
    summary: 'Asks the system to serve other programs first.',
    description:
      'The process gets a low priority, and the system derives that of its reading and writing from it.',
  },
  {
    name: 'allow-sleep',
    type: 'flag',
    summary: 'Let the machine go to sleep during a backup.',
    support: 'no-effect',
    reason: 'Ashlar does not keep the machine awake.',
  },
  {
    name: 'thread-priority',
    type: 'choice',
    choices: ['idle', 'lowest', 'belownormal', 'normal', 'abovenormal', 'highest'],
    default: 'normal',
    summary: 'Set the priority of threads.',
    deprecated: 'It has no effect.',
    support: 'no-effect',
    reason: 'The priority is that of the process.',
  },
  {
    name: 'disable-on-battery',
    type: 'flag',
    summary: 'Skipped scheduled runs while the machine ran on its battery.',
    support: 'no-effect',
    reason: 'A run that is asked for is done.',
  },
  ...secretProviderOptions,
  {
    name: 'enable-module',
    type: 'list',
    summary: 'Turned modules on.',
    support: 'no-effect',
    reason: 'A module works when its options are given.',
  },
  {
    name: 'disable-module',
    type: 'list',
    summary: 'Turned modules off.',
    support: 'no-effect',
    reason: 'A module works when its options are given.',
  },
  {
    name: 'profile-all-database-queries',
    type: 'flag',
    summary: 'Logged every database query.',
    support: 'no-effect',
    reason: 'The option profile says how long the database takes.',
  },
  {
    name: 'internal-profiling',
    type: 'flag',
    summary: 'Another name of profile.',
  },
  {
    name: 'long-database-query-threshold',
    type: 'duration',
    default: 30 * MINUTE,
    summary: 'Warned when a database query took longer.',
    support: 'no-effect',
    reason: 'No query of Ashlar takes long.',
  },
  {
    name: 'log-retention',
    type: 'duration',
    default: 30 * DAY,
    minimum: 0,
    summary: 'How long results stay in the local database.',
  },
  {
    name: 'unittest-mode',
    type: 'flag',
    summary: 'Made tolerated errors fatal.',
    support: 'no-effect',
    reason: 'It was meant for the tests of Duplicati.',
  },
]);
