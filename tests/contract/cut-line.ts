import assert from 'node:assert/strict';
import type { Destination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import type { CuttingProxy } from '../support/servers/cutting-proxy.ts';

/**
 * Checks that a line which is cut in the middle of a file of `sizeBytes` is told, leaves no file, and that
 * the same destination works again when the line does.
 */
export async function assertOutlivesCut(
  destination: Destination,
  proxy: CuttingProxy,
  { sizeBytes, cutAfterBytes }: { readonly sizeBytes: number; readonly cutAfterBytes: number },
): Promise<void> {
  const bytes = seededBytes(sizeBytes);
  const broken = { code: 'destination-unreachable', retryable: true };
  await destination.put('whole', memorySource(bytes));
  proxy.cutAfter(cutAfterBytes);
  await assert.rejects(destination.put('half', memorySource(bytes)), broken);
  await assert.rejects(readAll(destination, 'whole'), broken);
  proxy.heal();
  const files = await collect(destination.list());
  assert.deepEqual(
    files.map(({ name }) => name),
    ['whole'],
  );
  assert.ok(bytes.equals(await readAll(destination, 'whole')));
}
