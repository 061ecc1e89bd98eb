/** Every destination call of every operation with every fault: afterwards the standard oracle holds. A seeded sample, unless the whole is asked for. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { seededRandom } from '../support/seeded-random.ts';
import { DAMAGE_SCENARIOS } from './damage-scenarios.ts';
import { extent } from './extent.ts';
import { callsOf, casesOf, describeCase, type FaultCase, runCase } from './fault-matrix.ts';
import { prepareStage, SCENARIOS, type Scenario } from './scenarios.ts';
import { takeSnapshot } from './snapshot.ts';

const SEED = 4;
/** Cases of each scenario of the sample, which takes every fourth scenario. */
const SAMPLE = { cases: 2, step: 4 };

for (const [index, scenario] of [...SCENARIOS, ...DAMAGE_SCENARIOS].entries()) {
  if (extent === 'sample' && index % SAMPLE.step !== 1) continue;
  test(`any fault at any call: ${scenario.name}`, (t) => runScenario(t, scenario, SEED + index));
}

async function runScenario(t: TestContext, scenario: Scenario, seed: number): Promise<void> {
  const lack = scenario.lacks?.();
  if (lack !== undefined) return t.skip(lack);
  const stage = await prepareStage(t, scenario);
  const putBack = takeSnapshot(stage.engine);
  const cases = casesOf(scenario, await callsOf(scenario, stage));
  const chosen = extent === 'whole' ? cases : sample(cases, seed);
  const failures: string[] = [];
  for (const given of chosen) {
    putBack();
    try {
      await runCase(given, stage);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : describeCase(given));
    }
  }
  t.diagnostic(`${chosen.length} of ${cases.length} cases, seed ${seed}`);
  assert.equal(failures.length, 0, `${failures.length} of ${chosen.length} cases:\n${failures.join('\n')}`);
}

function sample(cases: readonly FaultCase[], seed: number): FaultCase[] {
  const random = seededRandom(seed);
  return Array.from({ length: SAMPLE.cases }, () => cases[Math.floor(random() * cases.length)]).filter(
    (given) => given !== undefined,
  );
}
