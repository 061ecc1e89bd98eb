import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * The folder with backups and tables made by the real Duplicati: `ASHLAR_FIXTURES`, else `shared/fixtures`
 * beside the checkout.
 */
export const fixturesFolder =
  process.env['ASHLAR_FIXTURES'] ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));

/** The path of a fixture, or `undefined` when it is not there, in which case the test says so by skipping. */
export function findFixture(name: string): string | undefined {
  const path = `${fixturesFolder}/${name}`;
  return existsSync(path) ? path : undefined;
}
