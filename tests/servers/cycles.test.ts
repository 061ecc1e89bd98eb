/** Backup, damage, repair and restore through the command line, over whole storage services. */
import test from 'node:test';
import { checkCycle } from '../support/check-cycle.ts';
import { findAzurite, startAzurite } from '../support/servers/azurite.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSwift } from '../support/servers/swift.ts';

test('ashlar backs up to, repairs and restores from Swift, by S3 and by its own interface', async (t) => {
  if (!hasProgram('swift-proxy-server') || !hasProgram('memcached')) {
    t.skip('swift-proxy-server or memcached is not installed');
    return;
  }
  const swift = await startSwift();
  t.after(() => swift.stop());
  const origin = `http://127.0.0.1:${swift.port}`;
  await checkCycle(t, {
    url: `s3://by-s3/some/folder?s3-server-name=127.0.0.1:${swift.port}`,
    options: [`--aws-access-key-id=${swift.user}`, `--aws-secret-access-key=${swift.password}`],
  });
  await checkCycle(t, {
    url: 'cloudfiles://by-swift/some/folder',
    options: [
      `--cloudfiles-authentication-url=${origin}/auth/v1.0`,
      `--auth-username=${swift.user}`,
      `--auth-password=${swift.password}`,
    ],
  });
});

test('ashlar backs up to, repairs and restores from Azure', async (t) => {
  const program = await findAzurite();
  if (program === undefined) {
    t.skip('azurite cannot be fetched');
    return;
  }
  const azurite = await startAzurite(program);
  t.after(() => azurite.stop());
  await checkCycle(t, {
    url: `azure://cycle?azure-endpoint=${azurite.endpoint}`,
    options: [`--azure-account-name=${azurite.account}`, `--azure-access-key=${azurite.key}`],
  });
});
