import { BackupError, type Clock, errorMessage, type Log, type LogLevel } from '../base/index.ts';
import { type ProgramSettings, programOptions } from '../options/index.ts';
import type { Channel, ReadChannel } from './channel.ts';
import { readHttpChannel } from './channels/http.ts';
import { readMailChannel } from './channels/mail.ts';
import { readTelegramChannel } from './channels/telegram.ts';
import { readXmppChannel } from './channels/xmpp.ts';
import { LogLines } from './log-lines.ts';
import type { Report } from './report.ts';

export interface NotifierContext {
  readonly settings: ProgramSettings;
  readonly clock: Clock;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** Is told when somebody cannot be told. */
  readonly log: Log;
  /** Those that the options may ask for; all there are when absent. */
  readonly channels?: readonly ReadChannel[];
}

/** Tells the channels that the options name what there is to tell. As a log, it gathers the lines that go with it. */
export interface Notifier extends Log {
  /** False where nobody wants to be told. */
  readonly hasChannels: boolean;
  /**
   * Sends a report to all who want it. Never throws: whoever cannot be told is a warning in the log. True
   * when all were told.
   */
  send(report: Report, signal: AbortSignal): Promise<boolean>;
}

interface Post {
  readonly channel: Channel;
  readonly lines: LogLines;
}

const ALL_CHANNELS: readonly ReadChannel[] = [
  (settings) => readMailChannel(settings),
  readHttpChannel,
  (settings) => readXmppChannel(settings),
  (settings) => readTelegramChannel(settings),
];

/** Opens the channels of the options. One that is asked for wrongly is a warning, and the others work. */
export function createNotifier(context: NotifierContext): Notifier {
  const { settings, clock, log, redact, channels = ALL_CHANNELS } = context;
  const complain = (problem: string, error: unknown): void => {
    const hint = error instanceof BackupError && error.hint !== undefined ? ` ${error.hint}` : '';
    log.write('warning', 'notification-failed', redact(`${problem}: ${errorMessage(error)}${hint}`));
  };
  const posts = channels.flatMap((read): Post[] => {
    try {
      const channel = read(settings);
      if (channel === undefined) return [];
      return [{ channel, lines: new LogLines(channel.settings.gate, channel.settings.maxLogLines) }];
    } catch (error) {
      complain('A report will not be sent', error);
      return [];
    }
  });
  return {
    hasChannels: posts.length > 0,
    write: (level: LogLevel, id, text) => {
      for (const { lines } of posts) lines.add(level, id, text, clock.now());
    },
    send: async (report, signal) => {
      const outcomes = await Promise.all(
        posts
          .filter(({ channel }) => isWanted(report, channel))
          .map(async ({ channel, lines }) => {
            const values = templateValues(report, channel, settings);
            const material = { report, lines: lines.list(), values, settings: channel.settings, redact };
            try {
              await channel.deliver(material, signal);
              return true;
            } catch (error) {
              complain(`A report could not be sent by ${channel.name}`, error);
              return false;
            }
          }),
      );
      return outcomes.every((isSent) => isSent);
    },
  };
}

function isWanted({ kind, result }: Report, { settings }: Channel): boolean {
  if (kind === 'always') return true;
  if (kind === 'other' && !settings.isAnyOperation) return false;
  return settings.levels.includes('All') || settings.levels.includes(result);
}

const SECRETS: ReadonlySet<string> = new Set(
  programOptions.filter(({ type }) => type === 'secret').map(({ name }) => name),
);

/**
 * What templates may name: every option that is no secret, the further parameters, and what the report knows
 * itself.
 */
function templateValues(
  report: Report,
  { settings: { extraParameters } }: Channel,
  { texts }: ProgramSettings,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, text] of Object.entries(texts)) if (!SECRETS.has(name)) values.set(name, text ?? '');
  for (const [name, value] of extraParameters) values.set(name.toLowerCase(), value);
  for (const [name, value] of report.values) values.set(name, value);
  values.set('operationname', report.operation);
  values.set('parsedresult', report.result);
  return values;
}
