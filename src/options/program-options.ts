import { commandLineOptions } from './command-line-options.ts';
import { formatOptions } from './format-options.ts';
import { loggingOptions } from './logging-options.ts';
import { notificationOptions } from './notification-options.ts';
import { processOptions } from './process-options.ts';
import { restoreOptions } from './restore-options.ts';
import { retentionOptions } from './retention-options.ts';
import { scriptOptions } from './script-options.ts';
import { selectionOptions } from './selection-options.ts';
import { sourceOptions } from './source-options.ts';
import { synchronizationOptions } from './synchronization-options.ts';
import { transferOptions } from './transfer-options.ts';
import { verificationOptions } from './verification-options.ts';

/** Every option of the program, in the order of the help. Destinations add their own, which they declare themselves. */
export const programOptions = [
  ...commandLineOptions,
  ...formatOptions,
  ...sourceOptions,
  ...transferOptions,
  ...verificationOptions,
  ...retentionOptions,
  ...selectionOptions,
  ...restoreOptions,
  ...processOptions,
  ...loggingOptions,
  ...scriptOptions,
  ...notificationOptions,
  ...synchronizationOptions,
] as const;

export type ProgramOption = (typeof programOptions)[number];
export type ProgramOptionName = ProgramOption['name'];
