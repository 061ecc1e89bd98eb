import type { ProgramSettings } from '../../options/index.ts';
import type { Channel } from '../channel.ts';
import { readChannelSettings } from '../channel-settings.ts';
import { composeBody } from '../compose.ts';
import { NotificationError } from '../error.ts';
import { readAuthorities } from '../read-route.ts';
import { findXmppServers } from '../xmpp/find-servers.ts';

/** Messages to users of XMPP. `findServers` is asked where the account's domain is at home. */
export function readXmppChannel(
  settings: ProgramSettings,
  findServers = findXmppServers,
): Channel | undefined {
  const to = settings.get('send-xmpp-to') ?? [];
  if (to.length === 0) return undefined;
  const account = settings.get('send-xmpp-username') ?? '';
  const [, user, domain] = /^([^@/]+)@([^@/]+)(?:\/.*)?$/.exec(account) ?? [];
  const password = settings.get('send-xmpp-password');
  if (user === undefined || domain === undefined || password === undefined) {
    throw new NotificationError('notification-invalid', 'A report by XMPP lacks the account that sends it.', {
      hint: 'Give --send-xmpp-username as user@domain, and --send-xmpp-password.',
    });
  }
  const template = settings.get('send-xmpp-message');
  const authorities = readAuthorities(settings);
  return {
    name: 'XMPP',
    settings: readChannelSettings(settings, 'send-xmpp'),
    deliver: async (material, signal) => {
      const { sendXmppMessage } = await import('../xmpp/send-message.ts');
      const message = { user, domain, password, to, text: composeBody(template, material) };
      await sendXmppMessage(message, { servers: await findServers(domain), authorities, signal });
    },
  };
}
