import { NotificationError } from '../error.ts';
import { beginScram, type ScramHash } from './scram.ts';
import type { StanzaStream } from './stanza-stream.ts';
import type { XmlElement } from './xml.ts';

const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
/** The strongest first. */
const SCRAM: readonly (readonly [string, ScramHash])[] = [
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-1', 'sha1'],
];

/**
 * Proves who we are, by the strongest way that the server offers. (RFC 6120, 6.) The connection must be
 * encrypted. Throws `notification-refused`.
 */
export async function logIn(
  stream: StanzaStream,
  features: XmlElement,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  const offered = findChild(features, 'mechanisms')?.children.map(({ text }) => text) ?? [];
  const scram = SCRAM.find(([mechanism]) => offered.includes(mechanism));
  if (scram !== undefined) {
    const [mechanism, hash] = scram;
    const login = beginScram({ hash, user, password });
    stream.send(`<auth ${SASL} mechanism='${mechanism}'>${toBase64(login.first)}</auth>`);
    const challenge = await answerOf(stream, 'challenge');
    stream.send(`<response ${SASL}>${toBase64(login.answer(challenge))}</response>`);
    login.verify(await answerOf(stream, 'success'));
  } else if (offered.includes('PLAIN')) {
    stream.send(`<auth ${SASL} mechanism='PLAIN'>${toBase64(`\0${user}\0${password}`)}</auth>`);
    await answerOf(stream, 'success');
  } else {
    throw new NotificationError(
      'notification-refused',
      'The XMPP server offers no way to log in that is supported.',
      { details: { offered }, hint: 'It must offer SCRAM-SHA-256, SCRAM-SHA-1 or PLAIN.' },
    );
  }
}

async function answerOf(stream: StanzaStream, expected: 'challenge' | 'success'): Promise<string> {
  const { name, text, children } = await stream.next();
  if (name === expected) return Buffer.from(text, 'base64').toString('utf8');
  throw new NotificationError(
    'notification-refused',
    `The XMPP server refuses the login: ${children[0]?.name ?? name}.`,
    { hint: 'Check --send-xmpp-username and --send-xmpp-password.' },
  );
}

export function findChild(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
