/**
 * Runs the tests below the folders or files named as arguments with Node's own runner, two files at a time;
 * options among the arguments are for that runner. Those in `tests/servers`, which start whole services, only
 * run when that folder is named.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Threads and processes that tests start by the hundred load in half the time. */
const COMPILED = join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled');

const given = process.argv.slice(2);
const options = given.filter((text) => text.startsWith('--'));
const places = given.filter((text) => !options.includes(text));
const files = places.flatMap((place) => {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('servers/'))
    .map((name) => join(place, name));
});
if (files.length === 0) {
  console.error(`No tests below ${places.join(', ')}`);
  process.exit(1);
}
const run = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    ...(options.length > 0 ? options : ['--test-reporter=dot']),
    ...files.sort(),
  ],
  {
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: COMPILED,
      ...process.env,
      NODE_NO_WARNINGS: '1',
    },
  },
);
process.exit(run.status ?? 1);
