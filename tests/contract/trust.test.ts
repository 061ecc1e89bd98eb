/**
 * Certificates, proxies, and servers that ask to be left alone, for all kinds of destinations that speak HTTP
 * to a light server or a stand-in.
 */
import { CLOUD_KINDS, WEBDAV } from '../support/servers/places/index.ts';
import { testTrust } from './trust-contract.ts';

testTrust([WEBDAV, ...CLOUD_KINDS]);
