import { declareOptions } from '../declaration.ts';

const commands = ['backend-test'] as const;

/** How `backend-test` tries a destination. */
export const backendTestOptions = declareOptions('destinations', [
  {
    name: 'reruns',
    type: 'integer',
    default: 5,
    minimum: 1,
    commands,
    summary: 'How many rounds a destination is tried.',
  },
  {
    name: 'number-of-files',
    type: 'integer',
    default: 10,
    minimum: 1,
    commands,
    summary: 'How many files each round stores.',
  },
  {
    name: 'min-file-size',
    type: 'size',
    unit: 'kb',
    default: 1024,
    minimum: 0,
    commands,
    summary: 'The smallest of these files.',
  },
  {
    name: 'max-file-size',
    type: 'size',
    unit: 'mb',
    default: 50 * 1024 * 1024,
    minimum: 0,
    commands,
    summary: 'The largest of these files.',
  },
  {
    name: 'min-filename-length',
    aliases: ['min-filename-size'],
    type: 'integer',
    default: 5,
    minimum: 1,
    commands,
    summary: 'The shortest of their names, behind a common beginning.',
  },
  {
    name: 'max-filename-length',
    aliases: ['max-filename-size'],
    type: 'integer',
    default: 80,
    minimum: 1,
    maximum: 200,
    commands,
    summary: 'The longest of their names, behind a common beginning.',
  },
]);
