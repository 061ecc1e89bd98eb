/** The same as the test of this name in `tests/contract`, for whole services. */
import { testTrust } from '../contract/trust-contract.ts';
import { HEAVY_KINDS } from '../support/servers/places/index.ts';

testTrust(HEAVY_KINDS);
