import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * A folder for trees of `everything-tree.sh` until the end of the test, readable by all. What is in it may be
 * immutable, unreadable, and too deep for Node to remove.
 */
export function hardToRemoveFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-everything-'));
  chmodSync(folder, 0o755);
  t.after(() => {
    const clear = `chattr -i -a */attributes/* */*/attributes/*; chmod -R u+rwX .; rm -rf ${folder}`;
    spawnSync('bash', ['-c', clear], { cwd: folder });
  });
  return folder;
}
