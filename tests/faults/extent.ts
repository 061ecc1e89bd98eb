import process from 'node:process';

/** How much of the long suites runs: `sample` with all other tests, `whole` with `npm run test:faults`. */
export const extent: 'sample' | 'whole' = process.env['ASHLAR_TEST_FAULTS'] === 'whole' ? 'whole' : 'sample';
