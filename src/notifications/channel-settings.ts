import { createMessageGate, type MessageGate, parseLogFilter } from '../filters/index.ts';
import { LEVEL_OF_NAME, type ProgramSettings } from '../options/index.ts';
import { parseExtraParameters } from './extra-parameters.ts';

export type ReportPrefix = 'send-mail' | 'send-http' | 'send-xmpp' | 'send-telegram';

/** What every channel lets its user choose. */
export interface ChannelSettings {
  /** The results that are reported. */
  readonly levels: readonly string[];
  readonly isAnyOperation: boolean;
  readonly extraParameters: ReadonlyMap<string, string>;
  readonly format: 'Duplicati' | 'Json';
  /** Which lines of the log go with a report, and how many at most; 0 is no limit. */
  readonly gate: MessageGate;
  readonly maxLogLines: number;
  /** Whether paths stay in what is sent. */
  readonly allowsPaths: boolean;
}

/**
 * Reads the options that all channels have under prefixes of their own. Throws `FilterError`,
 * `notification-invalid`.
 */
export function readChannelSettings(settings: ProgramSettings, prefix: ReportPrefix): ChannelSettings {
  return {
    levels: settings.get(`${prefix}-level`),
    isAnyOperation: settings.get(`${prefix}-any-operation`),
    extraParameters: parseExtraParameters(settings.get(`${prefix}-extra-parameters`) ?? ''),
    format: settings.get(`${prefix}-result-output-format`),
    gate: createMessageGate({
      level: LEVEL_OF_NAME[settings.get(`${prefix}-log-level`)],
      rules: parseLogFilter(settings.get(`${prefix}-log-filter`) ?? ''),
    }),
    maxLogLines: settings.get(`${prefix}-max-log-lines`),
    allowsPaths: settings.get('allow-paths-in-log-messages'),
  };
}
