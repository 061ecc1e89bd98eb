/** Writes the pages of `docs/` that come from the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderOptionsPage } from '../src/catalog/index.ts';
import { collectErrors, renderErrorsPage } from './error-catalog.ts';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/options.md', renderOptionsPage());
writeFileSync('docs/errors.md', renderErrorsPage(collectErrors('src')));
console.log('docs/options.md, docs/errors.md');
