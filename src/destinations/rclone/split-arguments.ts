/**
 * Splits text into arguments at spaces. Single or double quotes keep spaces, and a backslash before a quote
 * or a backslash keeps that.
 */
export function splitArguments(text: string): string[] {
  const found: string[] = [];
  const pattern = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|\\$|["'])+/gs;
  for (const [word] of text.matchAll(pattern)) found.push(unquote(word));
  return found;
}

function unquote(word: string): string {
  return word.replace(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(["'\\])/gs,
    (_match, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
      double?.replace(/\\(["\\])/g, '$1') ?? single ?? escaped ?? '',
  );
}
