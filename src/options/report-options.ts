export const REPORT_FORMATS = ['Duplicati', 'Json'] as const;
export const REPORT_LEVELS = [
  'Profiling',
  'Verbose',
  'Retry',
  'Information',
  'DryRun',
  'Warning',
  'Error',
] as const;
const RESULTS = ['Success', 'Warning', 'Error', 'Fatal', 'All'] as const;

/** What every kind of report has, under the prefix of its kind. */
export function reportOptions<const P extends string>(prefix: P) {
  return [
    {
      name: `${prefix}-level`,
      type: 'flags',
      choices: RESULTS,
      default: ['All'],
      summary: 'The results of a backup that are reported.',
    },
    {
      name: `${prefix}-any-operation`,
      type: 'flag',
      summary: 'Reports other operations than backups too.',
    },
    {
      name: `${prefix}-extra-parameters`,
      type: 'text',
      summary: 'Further values for the report, as name=value pairs joined by &.',
    },
    {
      name: `${prefix}-result-output-format`,
      type: 'choice',
      choices: REPORT_FORMATS,
      default: 'Duplicati',
      summary: 'The form of the result in the report.',
    },
    {
      name: `${prefix}-log-level`,
      type: 'choice',
      choices: REPORT_LEVELS,
      default: 'Warning',
      summary: 'The least important messages in the report.',
    },
    { name: `${prefix}-log-filter`, type: 'text', summary: 'Which messages are in the report.' },
    {
      name: `${prefix}-max-log-lines`,
      type: 'integer',
      default: 100,
      minimum: 0,
      summary: 'How many log lines the report holds at most; 0 is no limit.',
    },
  ] as const;
}
