/**
 * Runs the tests below the folders or files named as arguments with Node's own runner, two files at a time;
 * options among the arguments are for that runner. Those in `tests/servers`, which start whole services, only
 * run when that folder is named. A file that does not come to its end is ended, and fails.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { watchTestFiles } from './watch-test-files.ts';

/** Threads and processes that tests start by the hundred load in half the time. */
const COMPILED = join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled');

/** Several times what the longest file takes. */
const LIMIT_MS = 15 * 60_000;

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
const reports = mkdtempSync(join(tmpdir(), 'ashlar-reports-'));
const runner = spawn(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    '--report-on-signal',
    `--report-directory=${reports}`,
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
// Whole services, or all cases, may take hours.
const isLong = options.length > 0 || places.includes('tests/servers');
if (runner.pid !== undefined && !isLong) watchTestFiles({ runner: runner.pid, limitMs: LIMIT_MS, reports });
const [code] = await once(runner, 'exit');
rmSync(reports, { recursive: true });
process.exit(typeof code === 'number' ? code : 1);
