import type { RemoteFile } from '../../src/destinations/index.ts';
import { seededRandom } from './seeded-random.ts';

/** What a destination is asked for: the four verbs, and the abilities about locks. */
export type Verb = 'list' | 'get' | 'put' | 'delete' | 'lock' | 'lockedUntil';

/** One call of a verb. Both numbers start at 1. */
export interface VerbCall {
  readonly verb: Verb;
  /** Empty for `list`. */
  readonly name: string;
  readonly callNumber: number;
  readonly verbCallNumber: number;
}

export type Fault =
  /** Nothing happens at the storage, and the call fails. */
  | { readonly kind: 'error-before'; readonly error?: Error }
  /** Everything happens at the storage, and the call fails nevertheless. */
  | { readonly kind: 'error-after'; readonly error?: Error }
  /** The call succeeds with only the first bytes: of what is read, or of what is stored. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** The same, and then the call fails. A `put` leaves half a file behind. */
  | { readonly kind: 'break'; readonly afterBytes: number }
  /**
   * The call is made twice, as by a line that lost the first answer: a `get` delivers its bytes twice. Not
   * for listings.
   */
  | { readonly kind: 'repeat' }
  /** A listing that lacks files. */
  | { readonly kind: 'hide'; readonly hides: (name: string) => boolean }
  /** A listing with each file twice. */
  | { readonly kind: 'twice' }
  /** A listing with files that are not there. */
  | { readonly kind: 'extra'; readonly files: readonly RemoteFile[] }
  /** A listing without sizes. */
  | { readonly kind: 'sizes-unknown' }
  /** The call begins only when the promise is kept, or its signal fires. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** Something else happens just before the call. */
  | { readonly kind: 'run-before'; readonly run: () => void | Promise<void> };

export type FaultPlan = (call: VerbCall) => Fault | undefined;

/** The fault at the calls that the condition names. */
export function faultWhen(condition: (call: VerbCall) => boolean, fault: Fault): FaultPlan {
  return (call) => (condition(call) ? fault : undefined);
}

/** The fault at one call of a verb: `faultAt('put', 3, ...)` is the third upload. */
export function faultAt(verb: Verb, verbCallNumber: number, fault: Fault): FaultPlan {
  return faultWhen((call) => call.verb === verb && call.verbCallNumber === verbCallNumber, fault);
}

/** Each call meets the first fault that one of the plans has for it. */
export function firstOf(...plans: readonly FaultPlan[]): FaultPlan {
  return (call) => {
    for (const plan of plans) {
      const fault = plan(call);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

export interface RandomFaults {
  /** Equal seeds give equal faults for equal calls; print it where a test fails. */
  readonly seed: number;
  /** Of a fault at one call, from 0 to 1. */
  readonly probability: number;
  readonly verbs?: readonly Verb[];
}

/** Failing calls, as a bad line gives them: before the effect, after it, or in the middle of the bytes. */
export function randomFaults({ seed, probability, verbs }: RandomFaults): FaultPlan {
  const random = seededRandom(seed);
  return (call) => {
    // Always three numbers, so that one call's faults do not depend on which verbs are chosen.
    const [chance, choice, place] = [random(), random(), random()];
    if (chance >= probability || verbs?.includes(call.verb) === false) return undefined;
    if (choice < 1 / 3) return { kind: 'error-before' };
    if (choice < 2 / 3 || (call.verb !== 'get' && call.verb !== 'put')) return { kind: 'error-after' };
    return { kind: 'break', afterBytes: Math.floor(place * 100_000) };
  };
}
