import { declareOptions } from './declaration.ts';
import { MINUTE } from './duration.ts';
import { REPORT_FORMATS, REPORT_LEVELS } from './report-options.ts';

/** Programs that run around an operation. */
export const scriptOptions = declareOptions('scripts', [
  { name: 'run-script-before', type: 'text', summary: 'Runs a program before the operation.' },
  {
    name: 'run-script-before-required',
    type: 'text',
    summary: 'Runs a program before the operation, which does not start unless the program succeeds.',
  },
  { name: 'run-script-after', type: 'text', summary: 'Runs a program after the operation.' },
  {
    name: 'run-script-post-backup',
    type: 'text',
    summary: 'Runs a program after the files are stored, before old versions are deleted.',
  },
  {
    name: 'run-script-timeout',
    type: 'duration',
    default: MINUTE,
    summary: 'How long to wait for such a program; 0 waits for as long as it takes.',
  },
  {
    name: 'run-script-with-arguments',
    type: 'flag',
    summary: 'Takes the value as a program with arguments, quoted where they hold spaces.',
  },
  {
    name: 'run-script-result-output-format',
    type: 'choice',
    choices: REPORT_FORMATS,
    default: 'Duplicati',
    summary: 'The form of the result file that the program finds.',
  },
  {
    name: 'run-script-log-level',
    type: 'choice',
    choices: REPORT_LEVELS,
    default: 'Warning',
    summary: 'The least important messages in that file, beside the result.',
  },
  {
    name: 'run-script-log-filter',
    type: 'text',
    summary: 'Which messages are in that file, as console-log-filter.',
  },
]);
