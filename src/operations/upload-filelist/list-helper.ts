import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { asBuffer } from '../../base/index.ts';
import { Crew } from '../../pipeline/index.ts';
import type { FilelistRange } from './filelist-ranges.ts';
import type { DividedList, ListPart, ListReply, ListRequest } from './list-messages.ts';
import { RangeClaims } from './range-claims.ts';

type MakePart = (range: FilelistRange) => Buffer;

/**
 * A thread that reads the database beside this one and makes parts of file lists. It is started at once, so
 * that it is there when a list is to be made. Nothing depends on it: what it does not make, or not in time,
 * this thread makes.
 */
export class ListHelper implements AsyncDisposable {
  readonly #crew = new Crew<ListRequest, ListReply>({
    entry: new URL(`./list-worker${import.meta.url.slice(-3)}`, import.meta.url),
    workerData: {},
    size: 1,
    threadName: 'list',
    isAnswer: () => true,
    receive: () => {},
  });

  constructor() {
    this.#crew.startFirst();
  }

  /** The parts of a list in their order, made by `make` where it is not the other thread that makes them. */
  async divide(list: DividedList, make: MakePart): Promise<Generator<Buffer>> {
    const claims = RangeClaims.create(list.ranges.length);
    const { port1, port2 } = new MessageChannel();
    const request: ListRequest = { ...list, claims: claims.memory, parts: port2 };
    await this.#crew.submit(request, new AbortController().signal, { transfer: [port2] });
    return new PartsFromTwo(list.ranges, claims, port1, make).inOrder();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#crew[Symbol.asyncDispose]();
  }
}

class PartsFromTwo {
  readonly #ranges: readonly FilelistRange[];
  readonly #claims: RangeClaims;
  readonly #port: MessagePort;
  readonly #make: MakePart;
  /** Parts that are made and not needed yet, by the places of their ranges. */
  readonly #waiting = new Map<number, Buffer>();

  constructor(ranges: readonly FilelistRange[], claims: RangeClaims, port: MessagePort, make: MakePart) {
    this.#ranges = ranges;
    this.#claims = claims;
    this.#port = port;
    this.#make = make;
  }

  *inOrder(): Generator<Buffer> {
    try {
      for (const [place, range] of this.#ranges.entries()) {
        this.#claims.need(place);
        yield this.#claims.take(place) ? this.#make(range) : this.#await(place, range);
      }
    } finally {
      this.#port.close();
    }
  }

  /** The part of a range that was taken before. Others are made until it is there. */
  #await(place: number, range: FilelistRange): Buffer {
    for (;;) {
      this.#receive();
      const part = this.#waiting.get(place);
      if (part !== undefined) {
        this.#waiting.delete(place);
        return part;
      }
      const next = this.#claims.takeNext();
      const other = next === undefined ? undefined : this.#ranges[next];
      if (next !== undefined && other !== undefined) this.#waiting.set(next, this.#make(other));
      else if (!this.#claims.wait(place)) return this.#make(range);
    }
  }

  #receive(): void {
    for (;;) {
      const received: { readonly message: ListPart } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#waiting.set(received.message.place, asBuffer(received.message.bytes));
    }
  }
}
