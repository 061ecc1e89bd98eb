/** Proxies that speak SOCKS, before all kinds of destinations with a light server or a stand-in. */

import { FTPS } from '../support/servers/places/ftps.ts';
import { CLOUD_KINDS, SFTP, WEBDAV } from '../support/servers/places/index.ts';
import { SMB } from '../support/servers/places/smb.ts';
import { overTls, testSocks, testSocksWays } from './socks-contract.ts';

testSocks([SFTP, FTPS, SMB, WEBDAV, overTls(WEBDAV)]);
testSocksWays(CLOUD_KINDS);
