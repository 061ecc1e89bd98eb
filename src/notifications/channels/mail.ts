import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ProgramSettings } from '../../options/index.ts';
import type { Channel } from '../channel.ts';
import { readChannelSettings } from '../channel-settings.ts';
import { composeBody, composeLine } from '../compose.ts';
import { NotificationError } from '../error.ts';
import { splitAddresses } from '../read-address.ts';
import { readAuthorities } from '../read-route.ts';
import { findMailServers } from '../smtp/find-servers.ts';
import { sendMail } from '../smtp/send-mail.ts';
import { parseMailServer } from '../smtp/server.ts';

/** Mails in plain text. `findServers` is asked where no server is named. */
export function readMailChannel(
  settings: ProgramSettings,
  findServers = findMailServers,
): Channel | undefined {
  const to = settings.get('send-mail-to') ?? [];
  const [first] = to;
  if (first === undefined) return undefined;
  const domain = domainOf(first);
  const from = settings.get('send-mail-from');
  const login = { user: settings.get('send-mail-username'), password: settings.get('send-mail-password') };
  const servers = splitAddresses(settings.get('send-mail-url')).map((text) => parseMailServer(text, login));
  const [subject, body] = [settings.get('send-mail-subject'), readTemplate(settings.get('send-mail-body'))];
  const authorities = readAuthorities(settings);
  return {
    name: 'mail',
    settings: readChannelSettings(settings, 'send-mail'),
    deliver: async (material, signal) => {
      const mail = {
        from: from.includes('@') ? from : `${from}@${domain}`,
        to,
        subject: composeLine(subject, material),
        text: composeBody(body, material),
      };
      await sendMail(mail, servers.length === 0 ? await findServers(domain) : servers, {
        authorities,
        signal,
      });
    },
  };
}

/** The domain of `a@b` and of `Name <a@b>`. */
function domainOf(address: string): string {
  const domain = /@([^@\s<>]+)>?\s*$/.exec(address)?.[1];
  if (domain !== undefined) return domain;
  throw new NotificationError('notification-invalid', `'${address}' is no mail address.`, {
    details: { address },
    hint: 'Check the option --send-mail-to.',
  });
}

/** The text itself, or that of the file that it names. */
function readTemplate(given: string): string {
  if (!isAbsolute(given)) return given;
  try {
    return readFileSync(given, 'utf8');
  } catch (error) {
    throw new NotificationError('notification-invalid', `Cannot read the text of mails in '${given}'.`, {
      details: { path: given },
      hint: 'Check the option --send-mail-body.',
      cause: error,
    });
  }
}
