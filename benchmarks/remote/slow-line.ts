import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface LineSettings {
  /** Where the far end listens on this machine. */
  readonly port: number;
  /** How long a byte is on its way in each direction. */
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

/** What the line holds per connection before the sender must wait. */
const MOST_UNDERWAY_BYTES = 4 * 1024 * 1024;

/**
 * A line to a port of this machine that is as slow and as far as asked for: all connections share its rate in
 * each direction.
 */
export class SlowLine implements AsyncDisposable {
  readonly #settings: LineSettings;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #up: Direction;
  readonly #down: Direction;

  private constructor(settings: LineSettings) {
    this.#settings = settings;
    this.#up = new Direction(settings);
    this.#down = new Direction(settings);
    this.#server = createServer((near) => this.#accept(near));
  }

  static async open(settings: LineSettings): Promise<SlowLine> {
    const line = new SlowLine(settings);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  /** The near end. */
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the line is closed');
    return address.port;
  }

  /** Bytes carried so far. */
  get carried(): { readonly upBytes: number; readonly downBytes: number } {
    return { upBytes: this.#up.carriedBytes, downBytes: this.#down.carriedBytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    const far = connect(this.#settings.port, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {
        near.destroy();
        far.destroy();
      });
    }
    this.#up.carry(near, far);
    this.#down.carry(far, near);
  }
}

/** One direction of the line: one byte after the other, whichever connection it belongs to. */
class Direction {
  readonly #delayMs: number;
  readonly #bytesPerMs: number;
  /** What is on the way, in its order; timers alone do not keep it. */
  readonly #underway: { readonly dueMs: number; readonly deliver: () => void }[] = [];
  #freeAtMs = 0;
  carriedBytes = 0;

  constructor({ delayMs, bytesPerSecond }: LineSettings) {
    this.#delayMs = delayMs;
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  carry(from: Socket, to: Socket): void {
    let underwayBytes = 0;
    from.on('data', (bytes) => {
      underwayBytes += bytes.length;
      if (underwayBytes > MOST_UNDERWAY_BYTES) from.pause();
      this.#afterTheWay(bytes.length, () => {
        underwayBytes -= bytes.length;
        if (!to.destroyed) to.write(bytes);
        if (from.isPaused() && underwayBytes < MOST_UNDERWAY_BYTES) from.resume();
      });
    });
    from.on('end', () => this.#afterTheWay(0, () => to.end()));
  }

  #afterTheWay(lengthBytes: number, deliver: () => void): void {
    this.#freeAtMs = Math.max(performance.now(), this.#freeAtMs) + lengthBytes / this.#bytesPerMs;
    this.carriedBytes += lengthBytes;
    this.#underway.push({ dueMs: this.#freeAtMs + this.#delayMs, deliver });
    if (this.#underway.length === 1) this.#wait();
  }

  #wait(): void {
    const [first] = this.#underway;
    if (first !== undefined)
      setTimeout(() => this.#deliverDue(), Math.max(0, first.dueMs - performance.now()));
  }

  #deliverDue(): void {
    const now = performance.now();
    let count = 0;
    while ((this.#underway[count]?.dueMs ?? Number.POSITIVE_INFINITY) <= now) count++;
    for (const { deliver } of this.#underway.splice(0, count)) deliver();
    this.#wait();
  }
}
