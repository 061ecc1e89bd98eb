import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { asBuffer } from '../../base/index.ts';
import { Crew } from '../../pipeline/index.ts';
import type { FilelistRange } from './filelist-ranges.ts';
import type { ListHelp, ListHelpEnded, ListPart } from './list-messages.ts';
import { RangeClaims } from './range-claims.ts';

/**
 * A thread that reads the database beside this one and makes parts of a file list. Nothing depends on it: what
 * it does not make, or not in time, this thread makes.
 */
export class ListHelper implements AsyncDisposable {
  readonly #crew: Crew<MessagePort, ListHelpEnded>;
  readonly #claims: RangeClaims;
  readonly #ranges: readonly FilelistRange[];
  readonly #channel = new MessageChannel();
  /** Parts that are made and not needed yet, by the places of their ranges. */
  readonly #waiting = new Map<number, Buffer>();

  private constructor(help: Omit<ListHelp, 'claims'>) {
    this.#ranges = help.ranges;
    this.#claims = RangeClaims.create(help.ranges.length);
    const workerData: ListHelp = { ...help, claims: this.#claims.memory };
    this.#crew = new Crew<MessagePort, ListHelpEnded>({
      entry: new URL(`./list-worker${import.meta.url.slice(-3)}`, import.meta.url),
      workerData,
      size: 1,
      threadName: 'list',
      isAnswer: () => true,
      receive: () => {},
    });
  }

  static async start(help: Omit<ListHelp, 'claims'>): Promise<ListHelper> {
    const helper = new ListHelper(help);
    const { port2 } = helper.#channel;
    await helper.#crew.submit(port2, new AbortController().signal, { transfer: [port2] });
    return helper;
  }

  /** The parts of all ranges in order, made by `make` where it is not the other thread that makes them. */
  *parts(make: (range: FilelistRange) => Buffer): Generator<Buffer> {
    for (const [place, range] of this.#ranges.entries()) {
      this.#claims.need(place);
      yield this.#claims.take(place) ? make(range) : this.#await(place, range, make);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#channel.port1.close();
    await this.#crew[Symbol.asyncDispose]();
  }

  /** The part of a range that was taken before. Others are made until it is there. */
  #await(place: number, range: FilelistRange, make: (range: FilelistRange) => Buffer): Buffer {
    for (;;) {
      this.#receive();
      const part = this.#waiting.get(place);
      if (part !== undefined) {
        this.#waiting.delete(place);
        return part;
      }
      const next = this.#claims.takeNext();
      const other = next === undefined ? undefined : this.#ranges[next];
      if (next !== undefined && other !== undefined) this.#waiting.set(next, make(other));
      else if (!this.#claims.wait(place)) return make(range);
    }
  }

  #receive(): void {
    for (;;) {
      const received: { readonly message: ListPart } | undefined = receiveMessageOnPort(this.#channel.port1);
      if (received === undefined) return;
      this.#waiting.set(received.message.place, asBuffer(received.message.bytes));
    }
  }
}
