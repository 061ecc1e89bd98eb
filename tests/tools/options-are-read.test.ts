import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { programOptions, type SectionedOption } from '../../src/options/index.ts';

const SOURCES = join(import.meta.dirname, '..', '..', 'src');
const declarations: readonly SectionedOption[] = programOptions;

/**
 * The sources outside the room that declares options, and outside the lists of help, where a name stands
 * without being read.
 */
function readSources(): string {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) => !/^(?:options|catalog)\//.test(path) && !path.endsWith('descriptor.ts'))
    .map((path) => readFileSync(join(SOURCES, path), 'utf8'))
    .join('\n');
}

/** What all kinds of report have is read under a prefix that is put before it. */
function isRead(name: string, sources: string): boolean {
  const shared = name.replace(/^(?:send-(?:mail|http|xmpp|telegram)|http-report-status)(?=-)/, '{prefix}');
  return sources.includes(`'${name}'`) || (shared !== name && sources.includes(`\`$${shared}\``));
}

test('programOptions: every option that works is read by some code', () => {
  const sources = readSources();
  const unread = declarations
    // What destinations read is declared by their descriptors.
    .filter(({ support = 'works', section }) => support === 'works' && section !== 'destinations')
    .filter(({ name }) => !isRead(name, sources))
    .map(({ name }) => name);
  assert.deepEqual(unread, []);
});

test('programOptions: every option without effect or refused says why, and is read by no code', () => {
  const sources = readSources();
  for (const { name, support = 'works', reason = '' } of declarations) {
    if (support === 'works') continue;
    assert.match(reason, /\.$/, name);
    assert.ok(!sources.includes(`get('${name}')`), `--${name} is ${support}, and yet it is read`);
  }
});
