import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { NotificationError } from '../error.ts';
import { encodeXml, skipPreamble, takeElement, type XmlElement } from './xml.ts';

/** No element of a login is this long. */
const LONGEST_CHARACTERS = 1 << 18;

/** An XML stream over a connection: elements come one by one as they are asked for. (RFC 6120, 4.) */
export class StanzaStream {
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #isOpen = false;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#take);
    socket.on('error', this.#fail);
    socket.on('close', this.#end);
  }

  /** Begins the stream, also anew after encryption or login. */
  open(domain: string): void {
    this.#text = '';
    this.#isOpen = false;
    this.send(
      `<?xml version='1.0'?><stream:stream to='${encodeXml(domain)}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
  }

  send(xml: string): void {
    this.#socket.write(xml);
  }

  /**
   * The next element. Throws `notification-unreachable` when the stream ends instead, `notification-refused`
   * for an error of the stream.
   */
  async next(): Promise<XmlElement> {
    for (;;) {
      const element = this.#takeElement();
      if (element !== undefined) return element;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Gives the connection back, as encryption needs it. */
  release(): Socket {
    this.#socket.off('data', this.#take).off('error', this.#fail).off('close', this.#end);
    return this.#socket;
  }

  #takeElement(): XmlElement | undefined {
    if (!this.#isOpen) {
      const rest = skipPreamble(this.#text);
      if (rest === undefined) return undefined;
      this.#isOpen = true;
      this.#text = rest;
    }
    const taken = takeElement(this.#text);
    if (taken === undefined) return undefined;
    this.#text = taken.rest;
    if (taken.element.name !== 'stream:error') return taken.element;
    const [condition] = taken.element.children;
    throw new NotificationError(
      'notification-refused',
      `The XMPP server ended the connection: ${condition?.name ?? 'it did not say why'}.`,
    );
  }

  readonly #take = (piece: Buffer): void => {
    this.#text += this.#decoder.write(piece);
    if (this.#text.length > LONGEST_CHARACTERS) this.#fail(new Error('it sends without end'));
    this.#wake();
  };

  readonly #fail = (error: Error): void => {
    this.#failure ??= new NotificationError(
      'notification-unreachable',
      `The connection to the XMPP server failed: ${error.message}.`,
      { cause: error },
    );
    this.#wake();
  };

  readonly #end = (): void => this.#fail(new Error('it was closed'));
}
