import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { after } from 'node:test';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { collect } from '../support/collect.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { removeContainer, type SwiftServer, startSwift } from '../support/servers/swift.ts';

if (hasProgram('swift-proxy-server') && hasProgram('memcached')) await testAgainstSwift();
else test('OpenStack against Swift', (t) => t.skip('swift-proxy-server or memcached is not installed'));

async function testAgainstSwift(): Promise<void> {
  const swift = await startSwift();
  const identity = await startIdentity(swift);
  after(async () => {
    identity.stop();
    await swift.stop();
  });
  let count = 0;
  const origin = `http://127.0.0.1:${swift.port}`;
  const user = encodeURIComponent(swift.user);
  const kinds = {
    'CloudFiles (v1)': (container: string) =>
      `cloudfiles://${container}?cloudfiles-authentication-url=${origin}/auth/v1.0&cloudfiles-username=${user}&cloudfiles-accesskey=${swift.password}`,
    'OpenStack v2': (container: string) =>
      `openstack://${container}?openstack-authuri=${identity.origin}/v2.0&openstack-tenant-name=t&auth-username=${user}&auth-password=${swift.password}`,
    'OpenStack v3': (container: string) =>
      `openstack://${container}?openstack-authuri=${identity.origin}/v3&openstack-tenant-name=t&openstack-domain-name=d&openstack-region=two&auth-username=${user}&auth-password=${swift.password}`,
  };
  for (const [kind, urlOf] of Object.entries(kinds)) {
    testDestinationContract(kind, async () => {
      const container = `container ${++count}`;
      await using destination = await openDestination(urlOf(container));
      assert.ok(hasAbility(destination, 'createFolder'));
      await destination.createFolder();
      return {
        open: () => openDestination(urlOf(`${container}/some/folder`)),
        removeFolder: () => removeContainer(swift, encodeURIComponent(container)),
      };
    });

    test(`${kind} refuses a wrong password with a hint, and does not show it`, async () => {
      await using destination = await openDestination(urlOf('x').replace(swift.password, 'wrong-secret'));
      await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint: string }) => {
        assert.equal(error.code, 'destination-refused');
        assert.match(error.hint, /password/);
        return !error.message.includes('wrong-secret');
      });
    });
  }
}

/** The two newer login services, as far as a login needs them, in front of Swift's own old one. */
async function startIdentity(swift: SwiftServer): Promise<{ readonly origin: string; stop(): void }> {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { auth } = JSON.parse(String(Buffer.concat(pieces)));
    const isV3 = request.url === '/v3/auth/tokens';
    const login = isV3 ? auth.identity.password.user : auth.passwordCredentials;
    const headers = { 'x-auth-user': login.name ?? login.username, 'x-auth-key': login.password };
    const old = await fetch(`http://127.0.0.1:${swift.port}/auth/v1.0`, { headers });
    if (!old.ok)
      return void response.writeHead(401).end('{"error":{"message":"The request needs a login."}}');
    const url = old.headers.get('x-storage-url');
    const token = old.headers.get('x-auth-token') ?? '';
    const elsewhere = 'http://127.0.0.1:9/nowhere';
    if (isV3) {
      assert.equal(auth.scope.project.name + auth.scope.project.domain.name, 'td');
      response.writeHead(201, { 'x-subject-token': token });
      const endpoints = [
        { interface: 'public', region_id: 'one', url: elsewhere },
        { interface: 'internal', region_id: 'two', url: elsewhere },
        { interface: 'public', region_id: 'two', url },
      ];
      const catalog = [
        { type: 'compute', endpoints: [] },
        { type: 'object-store', endpoints },
      ];
      response.end(
        JSON.stringify({ token: { expires_at: new Date(Date.now() + 90_000).toISOString(), catalog } }),
      );
    } else {
      assert.equal(request.url, '/v2.0/tokens');
      const serviceCatalog = [{ type: 'object-store', endpoints: [{ region: 'one', publicURL: url }] }];
      // Already at its end: each request logs in again.
      const access = { token: { id: token, expires: new Date().toISOString() }, serviceCatalog };
      response.end(JSON.stringify({ access }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
