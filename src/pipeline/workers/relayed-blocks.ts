import type { EntryHint } from '../../compression/index.ts';
import type { BlockRelay } from '../block-relay.ts';
import type { BlockNames } from './block-names.ts';

/** Room for one block in the relay. */
export interface RelayRoom {
  readonly slot: number;
  readonly bytes: Buffer;
}

interface WaitingBlock extends RelayRoom {
  readonly number: number;
}

/**
 * The blocks of one content that were handed to other threads, until it is known what they are. Gives all
 * slots back in the end, also where the content cannot be read any further.
 */
export class RelayedBlocks implements AsyncDisposable {
  readonly #relay: BlockRelay | undefined;
  readonly #names: BlockNames;
  #waiting: WaitingBlock[] = [];
  #reserved: RelayRoom | undefined;

  /** What becomes of the blocks is entered into `names`. */
  constructor(relay: BlockRelay | undefined, names: BlockNames) {
    this.#relay = relay;
    this.#names = names;
  }

  /** Room for a block that another thread would take; `undefined` where this one had better store it. */
  reserve(): RelayRoom | undefined {
    this.#collect();
    const slot = this.#relay?.reserve();
    if (this.#relay === undefined || slot === undefined) return undefined;
    this.#reserved = { slot, bytes: this.#relay.bytesOf(slot) };
    return this.#reserved;
  }

  /** Hands over what stands in the room. `number` counts the blocks of the content. */
  offer(
    { slot, bytes }: RelayRoom,
    block: { readonly number: number; readonly sizeBytes: number; readonly hint: EntryHint },
  ): void {
    if (block.sizeBytes === 0) return;
    this.#reserved = undefined;
    this.#waiting.push({ slot, number: block.number, bytes: bytes.subarray(0, block.sizeBytes) });
    this.#relay?.offer(slot, block.sizeBytes, block.hint);
  }

  /** The blocks that nobody has taken yet, for this thread to store. */
  *takeBack(): Generator<{ readonly number: number; readonly bytes: Buffer }> {
    for (const block of [...this.#waiting]) {
      if (this.#relay?.takeBack(block.slot) !== true) continue;
      this.#waiting = this.#waiting.filter((other) => other !== block);
      try {
        yield block;
      } finally {
        this.#relay.release(block.slot);
      }
    }
  }

  /** Waits until every block is stored that another thread has taken. */
  async settle(): Promise<void> {
    for (const { slot } of this.#waiting) await this.#relay?.whenStored(slot);
    this.#collect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#reserved !== undefined) this.#relay?.release(this.#reserved.slot);
    for (const _ of this.takeBack());
    await this.settle();
  }

  #collect(): void {
    this.#waiting = this.#waiting.filter(({ slot, number }) => {
      const stored = this.#relay?.collect(slot);
      if (stored !== undefined) this.#names.set(number, stored);
      return stored === undefined;
    });
  }
}
