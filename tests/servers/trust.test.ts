/**
 * The same as the test of this name in `tests/contract`, for whole services. Swift tells addresses without
 * TLS whatever it was asked by.
 */
import { testTrust } from '../contract/trust-contract.ts';
import { AZURE, S3 } from '../support/servers/places/index.ts';

testTrust([S3, AZURE]);
