import { MirrorError } from '../error.ts';

/** Linux takes 255 bytes in a name; the rest is room for what is put before or behind. */
const LONGEST_BYTES = 200;

/**
 * Checks the name of a source or destination. That of a source is the name of its folder; all that a folder
 * may be called is allowed, but no dot at the beginning, which is kept for our own. Throws
 * `pull-name-invalid`.
 */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  if (problem === undefined) return;
  throw new MirrorError('pull-name-invalid', `The name '${name}' cannot be used: ${problem}.`, {
    details: { name },
    hint: 'Choose another name; it becomes the name of a folder.',
  });
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.startsWith('.')) return 'it begins with a dot';
  if (/[/\0]/.test(name)) return 'it holds a slash or a NUL';
  if (Buffer.byteLength(name) > LONGEST_BYTES) return `it is longer than ${LONGEST_BYTES} bytes`;
  return undefined;
}
