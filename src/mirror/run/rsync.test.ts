import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { resolveFields } from '../configuration/effective.ts';
import { readFields } from '../configuration/field-set.ts';
import { explainConnection, findConnectionFailure } from '../ssh/explain-failure.ts';
import { quoteForShell } from '../ssh/quote.ts';
import { renderSshConfig } from '../ssh/ssh-config.ts';
import { excludeArguments, pullArguments } from './rsync-arguments.ts';
import { fileProblems, isFailureHere, missingPaths, readProgress, readStatistics } from './rsync-output.ts';
import { versionName, versionTimeMs } from './version-name.ts';

test('versionTimeMs() reads what versionName() wrote, and takes nothing else for a version', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      assert.equal(versionTimeMs(versionName(seconds * 1000)), seconds * 1000);
    }),
  );
  assert.equal(versionName(Date.parse('2026-11-21T08:05:09.999Z')), 'backup-2026-11-21-080509');
  for (const name of ['backup-2026-02-30-000000', 'backup-2026-01-01-240000', '.partial', 'backup-x', ''])
    assert.equal(versionTimeMs(name), undefined, name);
});

test('pullArguments() hands patterns over as rules, and paths not at all', () => {
  const settings = resolveFields({
    defaults: readFields('defaults', {}),
    source: readFields('source', { exclude: ['+ a', '--delete'] }),
  });
  const words = pullArguments({
    settings,
    shell: 'ssh -F x',
    remote: 'there',
    target: '/t',
    linkTo: '/p',
    isReused: false,
  });
  assert.ok(words.includes('--filter=- + a') && words.includes('--filter=- --delete'));
  assert.ok(
    words.includes('--link-dest=/p') && words.includes('--numeric-ids') && words.includes('--hard-links'),
  );
  assert.deepEqual(words.slice(-3), ['--', 'there:/', '/t/']);
  assert.ok(!words.includes('--delete'));
  assert.deepEqual(excludeArguments([]), []);
});

test('readStatistics() and readProgress() read plain numbers, and say when there are none', () => {
  const text =
    'x\nNumber of files: 1234 (reg: 1000, dir: 234)\nTotal bytes received: 99\n\nsent 5 bytes  received 99 bytes  69.33 bytes/sec\n';
  const statistics = readStatistics(text);
  assert.deepEqual([statistics.files, statistics.receivedBytes, statistics.bytesPerSecond], [1234, 99, 69]);
  assert.deepEqual(readStatistics('broken').files, undefined);
  assert.deepEqual(readProgress('      6553600  12%    1.00GB/s    0:00:01 (xfr#1, to-chk=0/3)'), {
    bytes: 6_553_600,
    percent: 12,
  });
  assert.equal(readProgress('sending incremental file list'), undefined);
});

test('fileProblems() keeps lines about files, and isFailureHere() finds those about this machine', () => {
  const lines = [
    'rsync: [sender] send_files failed to open "/etc/shadow": Permission denied (13)',
    'file has vanished: "/tmp/x"',
    'rsync: [sender] link_stat "/no such" failed: No such file or directory (2)',
    'rsync error: some files/attrs were not transferred (code 23) at main.c(1338) [generator=3.5.0]',
  ];
  assert.deepEqual(fileProblems(lines), lines.slice(0, 3));
  assert.deepEqual(missingPaths(lines), ['/no such']);
  assert.ok(!lines.some(isFailureHere));
  assert.ok(isFailureHere('rsync: [receiver] mkstemp "/x/.y" failed: No space left on device (28)'));
});

test('explainConnection() knows the usual failures', () => {
  const rows = [
    ['ssh: connect to host x port 22: Connection refused', 'ssh-connection-refused'],
    ['ssh: connect to host x port 22: Connection timed out', 'ssh-connection-timeout'],
    ['u@x: Permission denied (publickey).', 'ssh-login-refused'],
    ['ssh: Could not resolve hostname x: Name or service not known', 'ssh-host-not-found'],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      'ssh-host-key-changed',
    ],
    ['No ED25519 host key is known for x\nHost key verification failed.', 'ssh-host-key-unknown'],
    ['client_loop: send disconnect: Broken pipe', 'ssh-connection-lost'],
    ['something else', 'ssh-failed'],
  ] as const;
  for (const [said, code] of rows) assert.equal(explainConnection('u@x:22', said).code, code, said);
  assert.equal(findConnectionFailure('u@x:22', 'something else'), undefined);
});

test('renderSshConfig() leaves nothing to other files, and quotes paths', () => {
  const text = renderSshConfig({
    host: 'web.example',
    user: 'backup',
    port: 2222,
    keyFile: '/keys/100% mine',
    jump: 'a@gate:22',
    connectSeconds: 5,
    knownHosts: '/known hosts',
    home: '/home/me',
    hostChecking: 'accept-new',
    jumpChecking: 'yes',
  });
  assert.match(text, /IdentityFile "\/keys\/100%% mine"\n {2}IdentitiesOnly yes/);
  assert.match(text, /UserKnownHostsFile "\/known hosts"\n {2}GlobalKnownHostsFile \/dev\/null/);
  assert.match(
    text,
    /Host ashlar-source\n {2}HostName web\.example\n {2}User backup\n {2}Port 2222\n {2}StrictHostKeyChecking accept-new\n {2}ProxyJump a@gate:22\nHost \*/,
  );
});

test('quoteForShell() makes one word of anything', () => {
  assert.equal(quoteForShell(`it's`), `'it'\\''s'`);
  fc.assert(
    fc.property(fc.string(), (text) =>
      assert.equal(
        quoteForShell(text).replaceAll(`'\\''`, `\u0000`).slice(1, -1).replaceAll('\u0000', `'`),
        text,
      ),
    ),
    {
      examples: [[`'`], ['$(x)'], ['\n']],
    },
  );
});
