import { declareOptions } from './declaration.ts';
import { REPORT_LEVELS } from './report-options.ts';

const LEVELS = ['ExplicitOnly', ...REPORT_LEVELS] as const;

/** What is printed, logged and put into reports. */
export const loggingOptions = declareOptions('logging and reports', [
  {
    name: 'console-log-level',
    type: 'choice',
    choices: LEVELS,
    default: 'Warning',
    summary: 'The least important messages that are printed.',
  },
  {
    name: 'console-log-filter',
    type: 'text',
    summary: 'Prints messages whose id matches + patterns, not those of - patterns, whatever their level.',
    description:
      'Patterns are apart by `:` or `;`; `*` and `?` are wildcards, and [brackets] hold a regular expression. The first that matches decides.',
  },
  {
    name: 'profile',
    type: 'flag',
    summary: 'Prints at the end how long each thread spent in each step.',
    description: 'To find out what a slow run is waiting for. Goes to the standard error output.',
  },
  { name: 'console-log-ignore', type: 'list', summary: 'Ids of messages that are not printed.' },
  {
    name: 'log-file',
    type: 'path',
    summary: 'A file that messages are appended to.',
    description: 'Secrets are left out. Where it cannot be written, the run warns and goes on.',
  },
  {
    name: 'log-file-log-level',
    type: 'choice',
    choices: LEVELS,
    default: 'Warning',
    summary: 'The least important messages that go into the log file.',
  },
  {
    name: 'log-file-log-filter',
    type: 'text',
    summary: 'As console-log-filter, for the log file.',
  },
  { name: 'log-file-log-ignore', type: 'list', summary: 'Ids of messages that do not go into the log file.' },
  {
    name: 'log-level',
    type: 'choice',
    choices: LEVELS,
    summary: 'Set both levels.',
    deprecated: 'Use console-log-level and log-file-log-level.',
  },
  {
    name: 'verbose',
    type: 'flag',
    summary: 'Printed more.',
    deprecated: 'Use console-log-level=Verbose.',
    support: 'no-effect',
    reason: 'console-log-level has taken its place.',
  },
  { name: 'suppress-warnings', type: 'list', summary: 'Ids of warnings that are only information.' },
  {
    name: 'log-http-requests',
    type: 'flag',
    summary: 'Logs each HTTP request at level Verbose, with its outcome and how long it took.',
    description:
      'Method, host, path and status; never headers, bodies or queries, which hold credentials. To be seen with --console-log-level=Verbose or in a log file of that level.',
  },
  {
    name: 'log-socket-data',
    type: 'integer',
    default: -1,
    minimum: -1,
    summary: 'Logged that many bytes of what went over the network.',
    support: 'no-effect',
    reason: 'It could print passwords.',
  },
  { name: 'debug-output', type: 'flag', summary: 'Prints where in the program an error came from.' },
  {
    name: 'debug-retry-errors',
    type: 'flag',
    summary: 'Prints the error of every attempt, not only of the last.',
  },
  {
    name: 'force-locale',
    type: 'text',
    summary: 'Set the language of numbers and dates.',
    support: 'no-effect',
    reason: 'Ashlar prints numbers and dates in one form everywhere.',
  },
  {
    name: 'force-actual-date',
    type: 'flag',
    summary: 'Printed dates in full.',
    support: 'no-effect',
    reason: 'Ashlar prints dates in full.',
  },
  { name: 'backup-name', type: 'text', summary: 'The name of the backup in reports.' },
  { name: 'backup-id', type: 'text', summary: 'The id of the backup in reports.' },
  { name: 'machine-id', type: 'text', summary: 'The id of the machine in reports.' },
  {
    name: 'machine-name',
    type: 'text',
    defaultText: 'the host name',
    summary: 'The name of the machine in reports.',
  },
  { name: 'next-scheduled-run', type: 'text', summary: 'When the next run is due, for reports.' },
]);
