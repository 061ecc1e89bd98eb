import type { ProgramSettings } from '../../options/index.ts';
import type { Channel } from '../channel.ts';
import { readChannelSettings } from '../channel-settings.ts';
import { composeBody } from '../compose.ts';
import { NotificationError } from '../error.ts';
import { readPlainRoute } from '../read-route.ts';
import { retry } from '../retry.ts';
import { sendRequest } from '../send-request.ts';
import { splitMessage } from '../split-message.ts';

/** Longer messages are refused. (Telegram Bot API, sendMessage.) */
const LONGEST_CHARACTERS = 4096;
const PATIENCE = { retries: 3, delayMs: 1000 };

/** A bot of Telegram. `origin` is where it is spoken to. */
export function readTelegramChannel(
  settings: ProgramSettings,
  origin = 'https://api.telegram.org',
): Channel | undefined {
  const botId = settings.get('send-telegram-bot-id');
  if (botId === undefined) return undefined;
  const key = settings.get('send-telegram-api-key');
  const chatId = settings.get('send-telegram-channel-id');
  if (key === undefined || chatId === undefined) {
    throw new NotificationError(
      'notification-invalid',
      'A report by Telegram lacks its key or its channel.',
      {
        hint: 'Give --send-telegram-api-key and --send-telegram-channel-id.',
      },
    );
  }
  const topicId = settings.get('send-telegram-topid-id');
  const template = settings.get('send-telegram-message');
  const route = readPlainRoute(settings);
  const url = new URL(`/bot${encodeURIComponent(botId)}:${encodeURIComponent(key)}/sendMessage`, origin);
  return {
    name: 'Telegram',
    settings: readChannelSettings(settings, 'send-telegram'),
    deliver: async (material, signal) => {
      for (const text of splitMessage(composeBody(template, material), LONGEST_CHARACTERS)) {
        const message = {
          chat_id: chatId,
          text,
          ...(topicId === undefined ? {} : { message_thread_id: topicId }),
        };
        const order = { method: 'POST', contentType: 'application/json', body: JSON.stringify(message) };
        await retry(PATIENCE, signal, () => sendRequest({ ...order, url, route, signal }));
      }
    },
  };
}
