import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { errorMessage } from '../../base/index.ts';
import { NotificationError } from '../error.ts';
import { trustAuthorities } from '../trust-authorities.ts';
import type { XmppServer } from './find-servers.ts';
import { findChild, logIn } from './log-in.ts';
import { StanzaStream } from './stanza-stream.ts';
import { encodeXml, type XmlElement } from './xml.ts';

export interface XmppMessage {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface XmppSurroundings {
  readonly servers: readonly XmppServer[];
  /** Authorities beside those that come with Node, PEM; `undefined` for none. */
  readonly authorities: string | undefined;
  readonly signal: AbortSignal;
}

const LIMIT_MS = 60_000;

/**
 * Logs in, always encrypted, hands over the message for everybody, and waits until the server has dealt with
 * it. Throws `notification-unreachable`, `notification-refused`, `notification-incomplete`, the signal's
 * reason.
 */
export async function sendXmppMessage(message: XmppMessage, surroundings: XmppSurroundings): Promise<void> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([surroundings.signal, limit]);
  const plain = await connectToOne(message.domain, surroundings.servers, signal);
  let socket = plain;
  const end = (): void => {
    plain.destroy();
    socket.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    socket = await encrypt(plain, message.domain, surroundings.authorities);
    const stream = new StanzaStream(socket);
    await begin(stream, message);
    await handOver(stream, message);
    stream.send('</stream:stream>');
  } catch (error) {
    surroundings.signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
    plain.destroySoon();
    socket.destroySoon();
  }
}

async function connectToOne(
  domain: string,
  servers: readonly XmppServer[],
  signal: AbortSignal,
): Promise<Socket> {
  const reasons: string[] = [];
  for (const { host, port } of servers) {
    const socket = connect({ host, port, signal });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      reasons.push(`${host}: ${errorMessage(error)}`);
    }
  }
  throw new NotificationError(
    'notification-unreachable',
    `Cannot reach the XMPP server of ${domain}: ${reasons.join('; ')}.`,
    { details: { domain } },
  );
}

/** No password crosses a line that others can read. (RFC 6120, 5.) */
async function encrypt(plain: Socket, domain: string, authorities: string | undefined): Promise<Socket> {
  const stream = new StanzaStream(plain);
  stream.open(domain);
  const features = await stream.next();
  if (findChild(features, 'starttls') === undefined) throw unencrypted(domain);
  stream.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  if ((await stream.next()).name !== 'proceed') throw unencrypted(domain);
  const socket = connectSecurely({
    socket: stream.release(),
    servername: domain,
    ...trustAuthorities(authorities),
  });
  try {
    await once(socket, 'secureConnect');
    return socket;
  } catch (error) {
    throw new NotificationError(
      'notification-untrusted',
      `The certificate of the XMPP server of ${domain} is not trusted: ${errorMessage(error)}.`,
      {
        details: { domain },
        hint: 'Name the file of its authority with --ca-certificate-file.',
        cause: error,
      },
    );
  }
}

function unencrypted(domain: string): NotificationError {
  return new NotificationError(
    'notification-untrusted',
    `The XMPP server of ${domain} does not offer encryption.`,
    { details: { domain } },
  );
}

/** Logs in, and gets an address of our own. (RFC 6120, 7.) */
async function begin(stream: StanzaStream, { user, password, domain }: XmppMessage): Promise<void> {
  stream.open(domain);
  await logIn(stream, await stream.next(), { user, password });
  stream.open(domain);
  await stream.next();
  const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
  await ask(stream, `<iq type='set' id='bind'>${bind}</iq>`, 'bind');
}

/** The server answers in order, so that the answer to a last question says that it dealt with all messages before. */
async function handOver(stream: StanzaStream, { domain, to, text }: XmppMessage): Promise<void> {
  const body = encodeXml(text);
  for (const [index, address] of to.entries())
    stream.send(
      `<message type='chat' id='report-${index}' to='${encodeXml(address)}'><body>${body}</body></message>`,
    );
  const question = `<iq type='get' id='end' to='${encodeXml(domain)}'><ping xmlns='urn:xmpp:ping'/></iq>`;
  const others = await ask(stream, question, 'end');
  const refused = others.filter(
    ({ name, attributes }) => name === 'message' && attributes.get('type') === 'error',
  );
  if (refused.length === 0) return;
  const names = refused.map(({ attributes }) => attributes.get('from') ?? 'somebody');
  throw new NotificationError(
    'notification-incomplete',
    `The XMPP server could not pass the report on to ${names.join(', ')}.`,
  );
}

/**
 * Asks, and waits for the answer; what comes before it is answered. An error is an answer too, except to the
 * question for an address.
 */
async function ask(stream: StanzaStream, question: string, id: string): Promise<readonly XmlElement[]> {
  stream.send(question);
  const others: XmlElement[] = [];
  for (;;) {
    const element = await stream.next();
    if (element.name !== 'iq' || element.attributes.get('id') !== id) {
      others.push(element);
    } else if (id === 'bind' && element.attributes.get('type') !== 'result') {
      throw new NotificationError('notification-refused', 'The XMPP server gives us no address.');
    } else {
      return others;
    }
  }
}
