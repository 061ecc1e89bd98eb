import {
  type Abilities,
  type Destination,
  DestinationError,
  hasAbility,
  passAbilities,
  type RemoteFile,
  type SignalOptions,
  type UploadSource,
} from '../../src/destinations/index.ts';
import type { Fault, FaultPlan, Verb, VerbCall } from './fault-plan.ts';

export interface FaultyDestination extends Destination {
  /** Every call so far, in the order in which they began, with the fault that it met. */
  readonly calls: readonly (VerbCall & { readonly fault: Fault | undefined })[];
}

/**
 * Any destination, with the faults of a plan. The plan is asked at the beginning of each call of a verb. Of
 * the abilities those about locks meet faults as the verbs do; of the others only `createFolder` and
 * `freeSpace` are passed on, so that nothing reaches the bytes around the faults.
 */
export function faultyDestination(inner: Destination, plan: FaultPlan): FaultyDestination {
  const calls: (VerbCall & { readonly fault: Fault | undefined })[] = [];
  const begin = (verb: Verb, name: string): Fault | undefined => {
    const call = {
      verb,
      name,
      callNumber: calls.length + 1,
      verbCallNumber: calls.filter((earlier) => earlier.verb === verb).length + 1,
    };
    const fault = plan(call);
    calls.push({ ...call, fault });
    return fault;
  };
  return {
    ...passAbilities(inner, ['createFolder', 'freeSpace']),
    ...lockFaultily(inner, begin),
    calls,
    list: (options = {}) => listFaultily(inner, begin('list', ''), options),
    get: (name, options = {}) => getFaultily(inner, name, begin('get', name), options),
    put: (name, source, options = {}) => putFaultily(inner, { name, source }, begin('put', name), options),
    delete: async (name, options = {}) => {
      const fault = begin('delete', name);
      await before(fault, options);
      await inner.delete(name, options);
      if (fault?.kind === 'repeat') await inner.delete(name, options);
      after(fault);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** The abilities about locks, where the destination has them. */
function lockFaultily(
  inner: Destination,
  begin: (verb: Verb, name: string) => Fault | undefined,
): Partial<Pick<Abilities, 'lock' | 'lockedUntil'>> {
  if (!hasAbility(inner, 'lock') || !hasAbility(inner, 'lockedUntil')) return {};
  return {
    lock: async (name, untilMs, options = {}) => {
      const fault = begin('lock', name);
      await before(fault, options);
      await inner.lock(name, untilMs, options);
      after(fault);
    },
    lockedUntil: async (name, options = {}) => {
      const fault = begin('lockedUntil', name);
      await before(fault, options);
      const untilMs = await inner.lockedUntil(name, options);
      after(fault);
      return untilMs;
    },
  };
}

async function* listFaultily(
  inner: Destination,
  fault: Fault | undefined,
  options: SignalOptions,
): AsyncGenerator<RemoteFile> {
  await before(fault, options);
  for await (const file of inner.list(options)) {
    if (fault?.kind === 'hide' && fault.hides(file.name)) continue;
    const shown = fault?.kind === 'sizes-unknown' ? { ...file, sizeBytes: -1 } : file;
    yield shown;
    if (fault?.kind === 'twice') yield shown;
  }
  if (fault?.kind === 'extra') yield* fault.files;
  after(fault);
}

async function* getFaultily(
  inner: Destination,
  name: string,
  fault: Fault | undefined,
  options: SignalOptions,
): AsyncGenerator<Uint8Array> {
  await before(fault, options);
  const limit = fault?.kind === 'truncate' || fault?.kind === 'break' ? fault.afterBytes : undefined;
  yield* limit === undefined ? inner.get(name, options) : firstBytes(inner.get(name, options), limit);
  if (fault?.kind === 'repeat') yield* inner.get(name, options);
  if (fault?.kind === 'break') throw lineDropped();
  after(fault);
}

async function putFaultily(
  inner: Destination,
  { name, source }: { readonly name: string; readonly source: UploadSource },
  fault: Fault | undefined,
  options: SignalOptions,
): Promise<void> {
  await before(fault, options);
  const limit = fault?.kind === 'truncate' || fault?.kind === 'break' ? fault.afterBytes : undefined;
  await inner.put(name, limit === undefined ? source : shortened(source, limit), options);
  if (fault?.kind === 'repeat') await inner.put(name, source, options);
  if (fault?.kind === 'break') throw lineDropped();
  after(fault);
}

async function before(fault: Fault | undefined, { signal }: SignalOptions): Promise<void> {
  signal?.throwIfAborted();
  if (fault?.kind === 'error-before') throw fault.error ?? lineDropped();
  if (fault?.kind === 'run-before') await fault.run();
  if (fault?.kind === 'wait') await waitFor(fault.until, signal);
}

function after(fault: Fault | undefined): void {
  if (fault?.kind === 'error-after') throw fault.error ?? lineDropped();
}

/** A storage without whole-file uploads: the first bytes lie there under the final name. */
function shortened(source: UploadSource, limitBytes: number): UploadSource {
  return {
    sizeBytes: Math.min(limitBytes, source.sizeBytes),
    open: () => firstBytes(source.open(), limitBytes),
  };
}

async function* firstBytes(
  pieces: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  let leftBytes = limitBytes;
  for await (const piece of pieces) {
    if (leftBytes <= 0) return;
    yield piece.subarray(0, leftBytes);
    leftBytes -= piece.byteLength;
  }
}

async function waitFor(until: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  await Promise.race([until, aborted]);
}

function lineDropped(): DestinationError {
  return new DestinationError('destination-unreachable', 'The line dropped (a fault of the test).');
}
