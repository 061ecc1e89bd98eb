/**
 * Snapshots of logical volumes, where this machine's own kernel has no device mapper: in a Linux that runs as
 * a program.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import test from 'node:test';

const LONGEST_MS = 900_000;
const repository = join(import.meta.dirname, '..', '..');
const NEEDED = ['linux.uml', 'lvs', 'mkfs.ext4', 'mkfs.xfs', 'insmod'];

test('backup --snapshot-policy holds logical volumes still, and clears what a killed run left', (t) => {
  if (process.geteuid?.() !== 0)
    return t.skip('NO LVM: the machine in the machine writes as who started it, which must be root');
  if (repository.startsWith('/dev/'))
    return t.skip('NO LVM: the machine in the machine has a /dev of its own, and this checkout lies there');
  const missing = NEEDED.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) return t.skip(`NO LVM: ${missing.join(', ')} not installed`);
  const work = mkdtempSync(join(tmpdir(), 'ashlar-uml-'));
  t.after(() => rmSync(work, { recursive: true, force: true }));
  writeFileSync(
    join(work, 'run'),
    'node --test --test-reporter=tap --test-name-pattern="logical volume" tests/sources/snapshots.test.ts',
  );
  const { status } = spawnSync(
    'linux.uml',
    [
      'mem=3G',
      'rootfstype=hostfs',
      'root=/dev/root',
      'rw',
      `init=${join(repository, 'tests', 'support', 'uml-init.sh')}`,
      `repository=${repository}`,
      `work=${work}`,
      `node=${dirname(process.execPath)}`,
      'con=null',
      'con0=null,fd:1',
    ],
    {
      stdio: 'ignore',
      timeout: LONGEST_MS,
      env: { PATH: process.env['PATH'] ?? '', HOME: work, TMPDIR: work },
    },
  );
  assert.equal(status, 0, 'the machine in the machine did not run to its end');
  const log = readFileSync(join(work, 'log'), 'utf8');
  assert.match(log, /^# pass 4$/m, log);
  assert.match(log, /^# skipped 0$/m, log);
});
