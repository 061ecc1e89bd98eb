import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { hasAbility, openDestination } from '../../src/destinations/index.ts';
import { testDestinationContract } from '../contract/destination-contract.ts';
import { checkCycle } from '../support/check-cycle.ts';
import { collect } from '../support/collect.ts';
import { REGION, startFakeIdentity, TENANT, type TokenFate } from '../support/servers/fake-identity.ts';
import { findKeystoneObstacle, type KeystoneServer, startKeystone } from '../support/servers/keystone.ts';
import { logInToKeystone } from '../support/servers/keystone-api.ts';
import { argumentsOf } from '../support/servers/places/index.ts';
import { missingPrograms } from '../support/servers/places/obstacles.ts';
import { removeContainer, type SwiftAccess, type SwiftServer, startSwift } from '../support/servers/swift.ts';

/** One way to log in. */
interface Way {
  readonly kind: string;
  readonly scheme: 'openstack' | 'cloudfiles';
  readonly options: Readonly<Record<string, string>>;
  /** The option that holds the secret. */
  readonly secretOption: string;
  /** What the same login opens, for what tests do besides. */
  logIn(): Promise<SwiftAccess>;
}

/** Of containers so far. */
let count = 0;

const obstacle = await missingPrograms('swift-proxy-server', 'memcached');
const identityObstacle = obstacle ?? findKeystoneObstacle();
if (obstacle === undefined) await testAgainstSwift();
else test('OpenStack against Swift', (t) => t.skip(obstacle));
if (identityObstacle !== undefined) test('OpenStack v3 against Keystone', (t) => t.skip(identityObstacle));

async function testAgainstSwift(): Promise<void> {
  const swift = await startSwift();
  const fates: TokenFate[] = [];
  let logins = 0;
  const identity = await startFakeIdentity(swift, () => {
    logins += 1;
    return fates.shift() ?? 'ended';
  });
  const cloud = identityObstacle === undefined ? await startCloud() : undefined;
  // All are there before the first test, because what comes after all tests may come between two that have a
  // wait between them.
  after(async () => {
    await identity.stop();
    await swift.stop();
    await cloud?.stop();
  });
  testLogin(version1(swift));
  const version2 = {
    scheme: 'openstack',
    options: {
      'openstack-authuri': `${identity.url}/v2.0`,
      'openstack-tenant-name': TENANT,
      // Regions are found whatever the case of their letters.
      'openstack-region': REGION.toUpperCase(),
      'auth-username': swift.user,
    },
    logIn: () => swift.logIn(),
  } as const;
  testLogin(withSecret({ ...version2, kind: 'OpenStack v2' }, 'auth-password', swift.password));
  testLogin(withSecret({ ...version2, kind: 'OpenStack v2 by API key' }, 'openstack-apikey', swift.password));
  if (cloud !== undefined) testKeystone(cloud);

  test('OpenStack v2: a login serves until its token ends, and a token that the storage refuses is renewed', async () => {
    const settings = { ...version2.options, 'auth-password': swift.password };
    await using destination = await openDestination('openstack://tokens', { settings });
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    for (const [given, expected] of [
      [['ended', 'ended', 'ended'], 3],
      [['unknown', 'lasting'], 2],
    ] as const) {
      fates.splice(0, fates.length, ...given);
      logins = 0;
      for (let count = 0; count < 3; count++) assert.deepEqual(await collect(destination.list()), []);
      assert.equal(logins, expected, given.join());
    }
  });

  for (const [what, changed, trouble] of [
    [
      'without the name of a region, the first one is taken',
      { 'openstack-region': '' },
      'destination-unreachable',
    ],
    ['a tenant that the user is not in', { 'openstack-tenant-name': 'desktops' }, 'destination-refused'],
    ['no tenant', { 'openstack-tenant-name': '' }, 'destination-incomplete'],
  ] as const) {
    test(`OpenStack v2: ${what}`, async () => {
      const settings = { ...version2.options, 'auth-password': swift.password, ...changed };
      const list = async (): Promise<unknown> => {
        await using destination = await openDestination('openstack://x', { settings });
        return await collect(destination.list());
      };
      await assert.rejects(list, { code: trouble });
    });
  }
}

/** Keystone, and a Swift that takes its tokens. */
async function startCloud(): Promise<KeystoneServer> {
  const keystone = await startKeystone();
  const storage = await startSwift({ identity: keystone });
  await keystone.offerStorage(`http://127.0.0.1:${storage.port}/v1/KS_%(project_id)s`);
  return {
    ...keystone,
    stop: async () => {
      await storage.stop();
      await keystone.stop();
    },
  };
}

function version1(swift: SwiftServer): Way {
  const options = {
    'cloudfiles-authentication-url': `http://127.0.0.1:${swift.port}/auth/v1.0`,
    'cloudfiles-username': swift.user,
  };
  const way = { kind: 'CloudFiles (v1)', scheme: 'cloudfiles', options, logIn: () => swift.logIn() } as const;
  return withSecret(way, 'cloudfiles-accesskey', swift.password);
}

function testKeystone({ url, login, region }: KeystoneServer): void {
  const way = withSecret(
    {
      kind: 'OpenStack v3 of Keystone',
      scheme: 'openstack',
      options: {
        'openstack-authuri': url,
        'openstack-tenant-name': login.project,
        'openstack-domain-name': login.domain,
        'openstack-region': region,
        'auth-username': login.user,
      },
      logIn: async () => {
        const { token, catalog } = await logInToKeystone(url, login);
        const endpoints = catalog.flatMap((service) => service.endpoints);
        const own = endpoints.find(
          (endpoint) => endpoint.region === region && endpoint.interface === 'public',
        );
        return { storageUrl: own?.url ?? '', token };
      },
    },
    'auth-password',
    login.password,
  );
  testLogin(way);

  test('Keystone: a whole backup, each run of which logs in', (t) => {
    const place = { url: 'openstack://cycle/below', options: way.options };
    return checkCycle(t, { url: place.url, options: argumentsOf(place) });
  });

  for (const [what, changed] of [
    ['user', { 'auth-username': 'nobody' }],
    ['project', { 'openstack-tenant-name': 'nothing' }],
    ['domain', { 'openstack-domain-name': 'nowhere' }],
  ] as const) {
    test(`Keystone refuses a wrong ${what}, which is told`, async () => {
      await using destination = await openDestination('openstack://x', {
        settings: { ...way.options, ...changed },
      });
      await assert.rejects(collect(destination.list()), { code: 'destination-refused', retryable: false });
    });
  }
}

function withSecret(way: Omit<Way, 'secretOption'>, secretOption: string, secret: string): Way {
  return { ...way, options: { ...way.options, [secretOption]: secret }, secretOption };
}

function testLogin({ kind, scheme, options, secretOption, logIn }: Way): void {
  testDestinationContract(kind, async () => {
    count += 1;
    const container = `container ${count}`;
    const open = (path: string) => openDestination(`${scheme}://${encodeURI(path)}`, { settings: options });
    await using destination = await open(container);
    assert.ok(hasAbility(destination, 'createFolder'));
    await destination.createFolder();
    return {
      open: () => open(`${container}/some/folder`),
      removeFolder: async () => removeContainer(await logIn(), encodeURIComponent(container)),
    };
  });

  test(`${kind} refuses a wrong secret with a hint, and does not show it`, async () => {
    const settings = { ...options, [secretOption]: 'wrong-secret' };
    await using destination = await openDestination(`${scheme}://x`, { settings });
    await assert.rejects(collect(destination.list()), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'destination-refused');
      assert.match(error.hint, /password/);
      return !error.message.includes('wrong-secret');
    });
  });
}
