import process from 'node:process';
import test, { type TestContext } from 'node:test';

/** The name of the one case that is to run, of all that the whole has. */
export const onlyCase: string | undefined = process.env['ASHLAR_TEST_CASE'];

/** How much of the long suites runs: `sample` with all other tests, `whole` with `npm run test:faults`. */
export const extent: 'sample' | 'whole' =
  process.env['ASHLAR_TEST_FAULTS'] === 'whole' || onlyCase !== undefined ? 'whole' : 'sample';

/** A test that runs with the whole only: one of a family whose first members run always, or one of many seconds. */
export function longTest(name: string, run: (t: TestContext) => Promise<void>): void {
  test(name, { skip: extent === 'sample' ? 'runs with npm run test:faults' : false }, run);
}
