import assert from 'node:assert/strict';
import { relative } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { extent, onlyCase } from './extent.ts';

/** One of the many things that a test tries. */
export interface TestCase {
  /** Begins with the name of its family and a colon. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Whether any case of a family is to run. */
export function isWanted(family: string): boolean {
  return onlyCase === undefined || onlyCase.startsWith(`${family}: `);
}

/**
 * Runs all cases, or in the sample those that `sample` gives, also after one that failed; says how many ran,
 * and how each that failed runs alone.
 */
export async function runCases(
  t: TestContext,
  cases: readonly TestCase[],
  sample: (cases: readonly TestCase[]) => readonly TestCase[],
): Promise<void> {
  const chosen = (extent === 'whole' ? cases : sample(cases)).filter(
    ({ name }) => onlyCase === undefined || name === onlyCase,
  );
  assert.ok(chosen.length > 0, `there is no case '${onlyCase}'`);
  const failures: string[] = [];
  const causes: unknown[] = [];
  for (const { name, run } of chosen) {
    try {
      await run();
    } catch (error) {
      causes.push(error);
      failures.push(`${describeFailure(name, error)}\n  ${commandOf(t, name)}`);
    }
  }
  t.diagnostic(`${chosen.length} of ${cases.length} cases ran`);
  if (failures.length === 0) return;
  const text = `${failures.length} of ${chosen.length} cases failed:\n${failures.join('\n')}`;
  throw new Error(text, { cause: causes[0] });
}

function describeFailure(name: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith(name) ? text : `${name}: ${text}`;
}

function commandOf({ filePath = '' }: TestContext, name: string): string {
  return `ASHLAR_TEST_CASE='${name}' node --test ${relative(process.cwd(), filePath)}`;
}

/** So many of the cases, the same for the same random numbers. */
export function pick(cases: readonly TestCase[], count: number, random: () => number): readonly TestCase[] {
  return Array.from({ length: count }, () => cases[Math.floor(random() * cases.length)]).filter(
    (given) => given !== undefined,
  );
}
