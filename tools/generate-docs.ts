/** Writes the pages of `docs/` that come from the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderOptionsPage } from '../src/catalog/index.ts';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/options.md', renderOptionsPage());
console.log('docs/options.md');
