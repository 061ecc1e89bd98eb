/**
 * Every destination call of every operation with every fault: afterwards the standard oracle holds. A seeded
 * sample, unless the whole is asked for.
 */
import test, { type TestContext } from 'node:test';
import { seededRandom } from '../support/seeded-random.ts';
import { DAMAGE_SCENARIOS } from './damage-scenarios.ts';
import { extent } from './extent.ts';
import { callsOf, casesOf, describeCase, runCase } from './fault-matrix.ts';
import { MENDING_SCENARIOS } from './mending-scenarios.ts';
import { isWanted, pick, runCases } from './run-cases.ts';
import { prepareStage, SCENARIOS, type Scenario } from './scenarios.ts';
import { takeSnapshot } from './snapshot.ts';

const SEED = 4;
const ALL_SCENARIOS = [...SCENARIOS, ...DAMAGE_SCENARIOS, ...MENDING_SCENARIOS];
/** Cases of each scenario of the sample, which takes every fourth scenario. */
const SAMPLE = { cases: 2, step: 4 };

for (const [index, scenario] of ALL_SCENARIOS.entries()) {
  if (extent === 'sample' && index % SAMPLE.step !== 1) continue;
  if (!isWanted(scenario.name)) continue;
  test(`any fault at any call: ${scenario.name}`, (t) => runScenario(t, scenario, SEED + index));
}

async function runScenario(t: TestContext, scenario: Scenario, seed: number): Promise<void> {
  const lack = scenario.lacks?.();
  if (lack !== undefined) return t.skip(lack);
  const stage = await prepareStage(t, scenario);
  const putBack = takeSnapshot(stage.engine);
  const given = casesOf(scenario, await callsOf(scenario, stage));
  const cases = given.map((one) => ({
    name: describeCase(one),
    run: async () => {
      putBack();
      await runCase(one, stage);
    },
  }));
  await runCases(t, cases, () => pick(cases, SAMPLE.cases, seededRandom(seed)));
}
