/** Writes the pages of `docs/` that come from the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderOptionsPage, renderPullFieldsPage } from '../src/catalog/index.ts';
import { configurationSchema, FIELDS } from '../src/mirror/index.ts';
import { collectErrors, renderErrorsPage } from './error-catalog.ts';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/options.md', renderOptionsPage());
writeFileSync('docs/pull-fields.md', renderPullFieldsPage(FIELDS));
writeFileSync('docs/pull-config.schema.json', `${JSON.stringify(configurationSchema(), undefined, 2)}\n`);
writeFileSync('docs/errors.md', renderErrorsPage(collectErrors('src')));
console.log('docs/options.md, docs/pull-fields.md, docs/pull-config.schema.json, docs/errors.md');
