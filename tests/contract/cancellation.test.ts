/** The real program told to end while a server says nothing, for all kinds with a light server. */
import { LIGHT_KINDS } from '../support/servers/places/index.ts';
import { testCancellation } from './cancellation-contract.ts';

testCancellation(LIGHT_KINDS);
