/** Copies what the compiler leaves behind (data files that the program reads at run time) from src to dist. */
import { cpSync } from 'node:fs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) =>
    !path.includes('.') ||
    path.endsWith('.txt') ||
    path.endsWith('.sql') ||
    path.endsWith('.json') ||
    !/\.[^/]+$/.test(path),
});
