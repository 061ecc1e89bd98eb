/**
 * Lines that go quiet, callers that give up, limits and numbers of connections, for all kinds of destinations
 * with a light server or a stand-in.
 */
import { CLOUD_KINDS, LIGHT_KINDS } from '../support/servers/places/index.ts';
import { testPatience } from './patience-contract.ts';

testPatience([...LIGHT_KINDS, ...CLOUD_KINDS]);
