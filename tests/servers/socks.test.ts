/** The same as the test of this name in `tests/contract`, for whole services. */
import { testSocks } from '../contract/socks-contract.ts';
import { HEAVY_KINDS } from '../support/servers/places/index.ts';

testSocks(HEAVY_KINDS);
