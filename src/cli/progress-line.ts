import { monotonicMs } from '../base/index.ts';
import { formatBytes, formatCount, formatElapsed } from './format-amount.ts';
import { printable, type TextSink } from './terminal.ts';

/** How far an operation is; totals are absent until they are known. (The same shape that operations report.) */
export interface ProgressState {
  readonly phase: string;
  readonly filesDone: number;
  readonly filesTotal: number | undefined;
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  /** What is worked on just now. */
  readonly current: string | undefined;
}

const INTERVAL_MS = 100;
const CLEAR = '\r\u001b[K';
/** How much a new measurement counts in the rate that is shown. */
const SMOOTHING = 0.1;

/** One line at the bottom of a terminal that says how far an operation is. Does nothing where there is no terminal. */
export class ProgressLine {
  readonly #sink: TextSink;
  readonly #startedMs = monotonicMs();
  #shownMs = Number.NEGATIVE_INFINITY;
  #text = '';
  #phase = '';
  #bytesBefore = 0;
  #ratePerSecond: number | undefined;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Shows a new state, at most ten times a second. */
  update(state: ProgressState): void {
    const nowMs = monotonicMs();
    const sinceMs = nowMs - this.#shownMs;
    if (this.#sink.isTTY !== true || (sinceMs < INTERVAL_MS && state.phase === this.#phase)) return;
    this.#measure(state, sinceMs);
    this.#shownMs = nowMs;
    this.#phase = state.phase;
    this.#text = renderProgress(state, {
      elapsedMs: nowMs - this.#startedMs,
      ratePerSecond: this.#ratePerSecond,
      width: (this.#sink.columns ?? 80) - 1,
    });
    this.#sink.write(CLEAR + this.#text);
  }

  /** Takes the line away, so that something else can be printed; `show` brings it back. */
  hide(): void {
    if (this.#text !== '') this.#sink.write(CLEAR);
  }

  show(): void {
    if (this.#text !== '') this.#sink.write(this.#text);
  }

  /** Takes the line away for good. */
  close(): void {
    this.hide();
    this.#text = '';
  }

  #measure(state: ProgressState, sinceMs: number): void {
    const isContinued = state.phase === this.#phase && state.bytesDone >= this.#bytesBefore && sinceMs > 0;
    if (isContinued) {
      const rate = ((state.bytesDone - this.#bytesBefore) * 1000) / sinceMs;
      const before = this.#ratePerSecond ?? rate;
      this.#ratePerSecond = before + SMOOTHING * (rate - before);
    } else this.#ratePerSecond = undefined;
    this.#bytesBefore = state.bytesDone;
  }
}

/** The text of the line: phase, share, files, bytes, rate, time left, and as much of the current path as fits. */
export function renderProgress(
  state: ProgressState,
  {
    elapsedMs,
    ratePerSecond = 0,
    width,
  }: { readonly elapsedMs: number; readonly ratePerSecond: number | undefined; readonly width: number },
): string {
  const { phase, current } = state;
  const name = `${(phase[0] ?? '').toUpperCase()}${phase.slice(1).replaceAll('-', ' ')}`;
  const parts = [
    name,
    formatElapsed(elapsedMs),
    shareText(state),
    filesText(state),
    ...rateTexts(state, ratePerSecond),
  ];
  const line = parts.filter((part) => part !== '').join('  ');
  const room = width - line.length - 2;
  const path = printable(current ?? '');
  if (path === '' || room < LEAST_PATH_WIDTH) return line.slice(0, width);
  return `${line}  ${path.length <= room ? path : `...${path.slice(path.length - room + 3)}`}`;
}

const LEAST_PATH_WIDTH = 12;

function shareText({ bytesDone, bytesTotal }: ProgressState): string {
  if (bytesTotal === undefined || bytesTotal === 0) return '';
  return `${Math.min(100, Math.floor((100 * bytesDone) / bytesTotal))} %`;
}

function filesText({ filesDone, filesTotal }: ProgressState): string {
  if (filesTotal !== undefined) return `${filesDone}/${formatCount(filesTotal, 'file')}`;
  return filesDone > 0 ? formatCount(filesDone, 'file') : '';
}

function rateTexts({ bytesDone, bytesTotal }: ProgressState, ratePerSecond: number): readonly string[] {
  const done = bytesDone > 0 ? formatBytes(bytesDone) : '';
  if (ratePerSecond < 1) return [done];
  const leftBytes = (bytesTotal ?? 0) - bytesDone;
  const left = leftBytes > 0 ? `${formatElapsed((leftBytes * 1000) / ratePerSecond)} left` : '';
  return [done, `${formatBytes(ratePerSecond)}/s`, left];
}
