/** The same as the test of this name in `tests/contract`, for whole services. */
import { testPatience } from '../contract/patience-contract.ts';
import { HEAVY_KINDS } from '../support/servers/places/index.ts';

testPatience(HEAVY_KINDS);
