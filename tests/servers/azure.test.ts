import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { silentLog } from '../../src/base/index.ts';
import { AzureClient } from '../../src/destinations/azure/azure-client.ts';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { HttpClient } from '../../src/destinations/support/http/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { collect } from '../support/collect.ts';
import { findAzurite, startAzurite } from '../support/servers/azurite.ts';

const program = await findAzurite();
if (program !== undefined) await testAgainstAzurite(program);
else test('Azure against Azurite', (t) => t.skip('azurite cannot be fetched'));

async function testAgainstAzurite(path: string): Promise<void> {
  const azurite = await startAzurite(path);
  after(() => azurite.stop());
  let count = 0;
  const urlOf = (container: string, key = azurite.key): string =>
    `azure://${container}?azure-account-name=${azurite.account}&azure-access-key=${encodeURIComponent(key)}&azure-endpoint=${azurite.endpoint}`;

  testDestinationContract('Azure', async () => {
    const container = `container${++count}`;
    await using destination = await openDestination(urlOf(container));
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    return {
      open: () => openDestination(urlOf(container)),
      removeFolder: () => removeContainer(container),
      moreThanAPage: 60,
    };
  });

  test('Azure refuses a wrong key with a hint', async () => {
    await using destination = await openDestination(
      urlOf('container1', Buffer.from('wrong').toString('base64')),
    );
    await assert.rejects(collect(destination.list()), {
      code: 'destination-refused',
      hint: /permissions|key/,
    });
  });

  async function removeContainer(container: string): Promise<void> {
    const timeouts = { shortMs: 5000, listMs: 5000, idleMs: 5000 };
    const tls = { acceptsAny: false, fingerprints: [], authorities: undefined };
    using http = new HttpClient({ timeouts, tls, proxies: {} }, silentLog);
    const client = new AzureClient(http, {
      endpoint: azurite.endpoint,
      container,
      authorization: { kind: 'key', account: azurite.account, key: Buffer.from(azurite.key, 'base64') },
      accessTier: undefined,
      lockMode: 'Unlocked',
    });
    const query = { restype: 'container' };
    await client.expect({ method: 'DELETE', query, limit: 'short' }, 'remove the container', [202]);
  }
}
