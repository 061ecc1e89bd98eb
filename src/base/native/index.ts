/** The C library, for what Node lacks. It is loaded at the first need, which takes about 10 ms. */
import { createRequire } from 'node:module';
import process from 'node:process';
import { openLinuxCalls } from './linux.ts';
import { LoadGate } from './load-gate.ts';
import type { NativeCalls } from './native-calls.ts';

export { splitDeviceNumber } from './device-numbers.ts';
export { LoadGate } from './load-gate.ts';
export { reachablePath } from './long-paths.ts';
export type {
  DeviceNumbers,
  FileFlag,
  FileTimes,
  NativeCalls,
  NodeKind,
  SystemPath,
} from './native-calls.ts';

type Loaded =
  | { readonly calls: NativeCalls; readonly problem?: undefined }
  | { readonly calls?: undefined; readonly problem: string };

/** Platforms by their name in Node, with what opens their C library. Others go without these calls. */
const OPENERS: Readonly<Record<string, typeof openLinuxCalls>> = { linux: openLinuxCalls };

/** The layouts of C structures here are those of 64-bit machines with the low byte first. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64', 'riscv64', 'loong64'];

let loaded: Loaded | undefined;
let gate = new LoadGate();

/** Tells this thread the gate at which it may be ended. To be called before the calls are asked for. */
export function useLoadGate(memory: SharedArrayBuffer): void {
  gate = new LoadGate(memory);
}

/** The calls, or `undefined` where they are not to be had; then do without, and say `nativeProblem()` once. */
export function nativeCalls(): NativeCalls | undefined {
  loaded ??= load();
  return loaded.calls;
}

/** Why the calls are not to be had, as one sentence; `undefined` where they are. */
export function nativeProblem(): string | undefined {
  loaded ??= load();
  return loaded.problem;
}

function load(): Loaded {
  const open = OPENERS[process.platform];
  if (open === undefined || !ARCHITECTURES.includes(process.arch)) {
    return {
      problem: `Extended attributes, exact times and owner names are not available on ${process.platform} ${process.arch}.`,
    };
  }
  try {
    const calls = gate.pass(() => open(createRequire(import.meta.url)('koffi')));
    return { calls };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: `Extended attributes, exact times and owner names are not available: the C library cannot be called (${reason}).`,
    };
  }
}
