/** How a text says that it stands for a secret. */
export interface SecretPattern {
  /** The name of the secret that the whole text stands for; `undefined` for a text that means itself. */
  nameIn(text: string): string | undefined;
  /**
   * True for a text that begins as such a text does and is none: perhaps a mistake, perhaps a password that
   * looks like it.
   */
  isHalf(text: string): boolean;
}

const CLOSINGS: Readonly<Record<string, string>> = { '{}': '{', '()': '(', '[]': '[' };
const PLAIN_NAME = /^[\w/-]+$/;

/**
 * Reads a pattern: `$` stands for `$name` with letters, digits, `_`, `-` and `/`; one that ends in `{}`, `()`
 * or `[]` takes any name inside the brackets.
 */
export function parseSecretPattern(pattern: string): SecretPattern {
  const opening = CLOSINGS[pattern.slice(-2)];
  const start = opening === undefined ? pattern : pattern.slice(0, -1);
  const end = opening === undefined ? '' : pattern.slice(-1);
  const nameIn = (text: string): string | undefined => {
    if (!text.startsWith(start) || !text.endsWith(end)) return undefined;
    const name = text.slice(start.length, text.length - end.length);
    const isName = end === '' ? PLAIN_NAME.test(name) : name !== '';
    return isName && text.length >= start.length + end.length ? name : undefined;
  };
  return {
    nameIn,
    isHalf: (text) => start !== '' && text.startsWith(start) && nameIn(text) === undefined,
  };
}
