const SPECIAL = /[.+^${}()|\\]/g;

/**
 * A pattern of a shell as a question to a path: `*`, `?` and `[a-z]` (`[!a-z]`: none of them), whatever the
 * letters; a slash is only matched by a slash. A pattern without a slash is compared with the name alone.
 */
export function compilePattern(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  if (pattern.includes('/')) return (path) => expression.test(path);
  return (path) => expression.test(path.slice(path.lastIndexOf('/') + 1));
}

function translate(pattern: string): string {
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const set = readSet(pattern, at);
    if (set !== undefined) {
      result += set.expression;
      at = set.end;
    } else result += translateCharacter(pattern[at] ?? '');
  }
  return result;
}

function translateCharacter(character: string): string {
  if (character === '*') return '[^/]*';
  if (character === '?') return '[^/]';
  if (character === '[' || character === ']') return `\\${character}`;
  return character.replace(SPECIAL, '\\$&');
}

/** A bracket expression that begins here and has an end. */
function readSet(
  pattern: string,
  at: number,
): { readonly expression: string; readonly end: number } | undefined {
  if (pattern[at] !== '[') return undefined;
  const isNegated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const begin = at + (isNegated ? 2 : 1);
  // A bracket that stands first is a member.
  const end = pattern.indexOf(']', begin + 1);
  if (end < 0) return undefined;
  const members = pattern.slice(begin, end).replace(/[\\\]^[]/g, '\\$&');
  if (!isOrdered(members)) return undefined;
  return { expression: `[${isNegated ? '^/' : ''}${members}]`, end };
}

/** A range that runs backwards is no expression; then its bracket means itself. */
function isOrdered(members: string): boolean {
  try {
    return new RegExp(`[${members}]`, 'u').source !== '';
  } catch {
    return false;
  }
}
