import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type AshlarRun, runAshlarBeside } from './run-ashlar.ts';
import { seededBytes } from './seeded-random.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a backup is to lie. */
export interface CyclePlace {
  readonly url: string;
  /** Options for all runs. */
  readonly options: readonly string[];
  /** Told when a run begins that has to cope with faults, and when it has ended. */
  readonly disturb?: (isOn: boolean) => void;
}

/**
 * A backup, the loss of an index, repair, another backup, a test of all volumes, and a restore by a machine
 * that knows nothing, all by the command line.
 */
export async function checkCycle(t: TestContext, { url, options, disturb }: CyclePlace): Promise<void> {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'large'), seededBytes(3_000_000));
  writeFileSync(join(source, 'small'), 'first');
  const run = async (...argv: readonly string[]): Promise<AshlarRun> => {
    // Commands for single files try once.
    disturb?.(argv[0] !== 'backend');
    const result = await runAshlarBeside(home, [...argv, ...options], { PASSPHRASE: 'secret words' });
    disturb?.(false);
    assert.equal(result.code, 0, `${argv[0]}: ${result.err}`);
    return result;
  };
  const volumes = async (kind: 'dblock' | 'dindex'): Promise<string[]> => {
    const { files } = JSON.parse((await run('backend', 'list', url, '--json')).out);
    return files
      .map((file: { readonly name: string }) => file.name)
      .filter((name: string) => name.includes(`.${kind}.`));
  };
  await run('backup', url, source, '--dblock-size=1mb', '--blocksize=100kb');
  const [lost = '', ...others] = await volumes('dindex');
  assert.ok(others.length > 0);
  await run('backend', 'delete', url, lost);
  await run('repair', url);
  // What a lost answer left behind goes with the next backup.
  assert.ok((await volumes('dindex')).length >= (await volumes('dblock')).length);
  writeFileSync(join(source, 'small'), 'second');
  await run('backup', url, source);
  await run('test', url, 'all');
  const target = join(home, 'restored');
  rmSync(join(home, '.local'), { recursive: true });
  await run('restore', url, `--restore-path=${target}`);
  assert.equal(readFileSync(join(target, 'small'), 'utf8'), 'second');
  assert.deepEqual(readFileSync(join(target, 'large')), readFileSync(join(source, 'large')));
}
