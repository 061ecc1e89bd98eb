import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupError, errorCode, RunController } from '../../src/base/index.ts';
import type { Fault, FaultPlan, Verb, VerbCall } from '../support/fault-plan.ts';
import { assertSound } from '../support/oracle.ts';
import type { Scenario, Stage } from './scenarios.ts';

/** One call of one run, and what it meets. */
export interface FaultCase {
  readonly scenario: Scenario;
  readonly call: Pick<VerbCall, 'verb' | 'callNumber'>;
  readonly kind: FaultKind;
  /** How often a call is repeated; with patience the run itself must succeed. */
  readonly retries: 0 | 1;
}

const ALL: readonly Verb[] = ['list', 'get', 'put', 'delete', 'lock', 'lockedUntil'];
const TRANSFERS: readonly Verb[] = ['get', 'put'];
const DELAY_MS = 5;
/** Within the first block of any volume. */
const CUT_BYTES = 300;

interface FaultRecipe {
  readonly verbs: readonly Verb[];
  /** How often a call is repeated, a case each: with a repetition, where the same call done again succeeds. */
  readonly retries: readonly FaultCase['retries'][];
  readonly make: (controller: RunController) => Fault;
}

/** `satisfies` keeps the names as the union `FaultKind`. */
const RECIPES = {
  'error before': { verbs: ALL, retries: [0, 1], make: () => ({ kind: 'error-before' }) },
  'error after the effect': { verbs: ALL, retries: [0, 1], make: () => ({ kind: 'error-after' }) },
  'line dropped half-way': {
    verbs: TRANSFERS,
    retries: [0, 1],
    make: () => ({ kind: 'break', afterBytes: CUT_BYTES }),
  },
  'short read': { verbs: ['get'], retries: [0], make: () => ({ kind: 'truncate', afterBytes: CUT_BYTES }) },
  'done twice': { verbs: ['get', 'put', 'delete'], retries: [0], make: () => ({ kind: 'repeat' }) },
  'listed twice': { verbs: ['list'], retries: [0], make: () => ({ kind: 'twice' }) },
  delay: { verbs: ALL, retries: [1], make: () => ({ kind: 'wait', until: delay(DELAY_MS) }) },
  abort: {
    verbs: ALL,
    retries: [0],
    make: (controller) => ({ kind: 'run-before', run: () => controller.abort() }),
  },
  stop: {
    verbs: ALL,
    retries: [0],
    make: (controller) => ({ kind: 'run-before', run: () => controller.stop() }),
  },
} as const satisfies Record<string, FaultRecipe>;

export type FaultKind = keyof typeof RECIPES;

/** Every call of a run with every fault that it can meet. */
export function casesOf(scenario: Scenario, calls: readonly VerbCall[]): FaultCase[] {
  const cases: FaultCase[] = [];
  for (const { verb, callNumber } of calls) {
    for (const [kind, recipe] of Object.entries(RECIPES) as [FaultKind, FaultRecipe][]) {
      if (!recipe.verbs.includes(verb)) continue;
      for (const retries of recipe.retries)
        cases.push({ scenario, call: { verb, callNumber }, kind, retries });
    }
  }
  return cases;
}

/** The calls that a run makes when nothing goes wrong. */
export async function callsOf(scenario: Scenario, stage: Stage): Promise<VerbCall[]> {
  const calls: VerbCall[] = [];
  const faults: FaultPlan = (call) => {
    calls.push(call);
    return undefined;
  };
  await scenario.act({ ...stage, history: stage.history.copy() }, { faults });
  return calls;
}

export function describeCase({ scenario, call, kind, retries }: FaultCase): string {
  const patience = retries > 0 ? ', with a repetition' : '';
  return `${scenario.name}: ${kind} at call ${call.callNumber} (${call.verb})${patience}`;
}

/**
 * Runs one case and asks the oracle. A run may fail with an error that a user can understand, and in no other
 * way; nothing that it left needs help.
 */
export async function runCase(given: FaultCase, prepared: Stage): Promise<void> {
  const stage = { ...prepared, history: prepared.history.copy() };
  const label = describeCase(given);
  const controller = new RunController();
  const faults: FaultPlan = ({ callNumber }) =>
    callNumber === given.call.callNumber ? RECIPES[given.kind].make(controller) : undefined;
  const options = [`--number-of-retries=${given.retries}`];
  try {
    await given.scenario.act(stage, { faults, controller, options });
  } catch (error) {
    if (!isUnderstandable(error)) throw new Error(`${label}: ${String(error)}`, { cause: error });
    assert.equal(given.retries, 0, `${label}: not repeated: ${String(error)}`);
  }
  await assertSound(stage.engine, stage.history, label);
}

function isUnderstandable(error: unknown): boolean {
  return error instanceof BackupError || errorCode(error) === 'aborted';
}
