import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test, { after } from 'node:test';
import { silentLog } from '../../src/base/index.ts';
import { AzureClient } from '../../src/destinations/azure/azure-client.ts';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { HttpClient } from '../../src/destinations/support/http/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { collect } from '../support/collect.ts';
import { type AzuriteServer, findAzurite, startAzurite } from '../support/servers/azurite.ts';

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

  testDestinationContract('Azure by a signature for shared access', async () => {
    const container = `container${++count}`;
    await using owner = await openDestination(urlOf(container));
    assert.ok(hasAbility(owner, 'createFolder'));
    await owner.createFolder();
    const settings = {
      'azure-account-name': azurite.account,
      'azure-access-sas-token': signAccount(azurite),
      'azure-endpoint': azurite.endpoint,
    };
    return {
      open: () => openDestination(`azure://${container}`, { settings }),
      removeFolder: () => removeContainer(container),
      moreThanAPage: 20,
    };
  });

  test('Azure refuses a signature for shared access that is over, and does not show it', async () => {
    const token = signAccount(azurite, new Date(Date.now() - 60_000));
    const signature = new URLSearchParams(token).get('sig') ?? '';
    await using destination = await openDestination('azure://container1', {
      settings: {
        'azure-account-name': azurite.account,
        'azure-access-sas-token': token,
        'azure-endpoint': azurite.endpoint,
      },
    });
    await assert.rejects(collect(destination.list()), (error: Error & { code: string }) => {
      assert.equal(error.code, 'destination-refused');
      return !error.message.includes(signature);
    });
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

/** A signature for shared access to all of an account ("Create an account SAS", version 2019-12-12). */
function signAccount(
  { account, key }: AzuriteServer,
  until: Date = new Date(Date.now() + 3_600_000),
): string {
  const end = `${until.toISOString().slice(0, 19)}Z`;
  const fields = { sp: 'rwdlac', ss: 'b', srt: 'sco', st: '', se: end, sip: '', spr: '', sv: '2019-12-12' };
  const text = [account, ...Object.values(fields), ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  const given = Object.entries(fields).filter(([, value]) => value !== '');
  return `?${new URLSearchParams([...given, ['sig', sig]])}`;
}
