/**
 * Takes output apart into lines; a carriage return, which progress is written with, ends one too. Keeps the
 * last part of everything.
 */
export class LineReader {
  readonly #most: number;
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #decoder = new TextDecoder();
  #kept = '';
  #begun = '';

  constructor(most: number, onLine?: (line: string) => void) {
    this.#most = most;
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Hands over what has no line end, and answers what was kept. */
  finish(): string {
    this.#take(this.#decoder.decode());
    if (this.#begun !== '') this.#onLine?.(this.#begun);
    this.#begun = '';
    return this.#kept;
  }

  #take(text: string): void {
    this.#kept = (this.#kept + text).slice(-this.#most);
    if (this.#onLine === undefined) return;
    const lines = (this.#begun + text).split(/[\r\n]/);
    this.#begun = (lines.pop() ?? '').slice(-this.#most);
    for (const line of lines) if (line !== '') this.#onLine(line);
  }
}
