/** The same as the test of this name in `tests/contract`, for whole services. */
import { testCancellation } from '../contract/cancellation-contract.ts';
import { HEAVY_KINDS } from '../support/servers/places/index.ts';

testCancellation(HEAVY_KINDS);
