/** Checks that `docs/errors.md` says what the sources do, and that every error's code can be read off them. */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { collectErrors, renderErrorsPage } from './error-catalog.ts';

const PAGE = 'docs/errors.md';
const catalog = collectErrors('src');
const written = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
const problems = catalog.unclear.map((call) => `${call}: the code of an error stands as a literal`);
if (written !== renderErrorsPage(catalog))
  problems.push(`${PAGE} differs from the sources: run node tools/generate-docs.ts`);

for (const problem of problems) console.error(problem);
console.log(`${catalog.codes.size} error codes, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
