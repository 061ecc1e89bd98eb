/**
 * Breaks text at spaces so that no line is longer than `width`, and indents every line. Words longer than
 * that stand alone.
 */
export function wrap(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(margin + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(margin + line);
  return lines.join('\n');
}

/** The widest that a left column gets. */
const MOST_LEFT = 28;

/**
 * Two columns, the left one as wide as its longest cell, and at least `leastLeft`. Cells that are much longer
 * get a line of their own.
 */
export function columns(
  rows: readonly (readonly [string, string])[],
  width: number,
  { leastLeft = 0 }: { readonly leastLeft?: number } = {},
): string {
  const widths = rows.map(([left]) => left.length).filter((length) => length <= MOST_LEFT);
  const longest = Math.max(leastLeft, ...widths);
  const indent = longest + 4;
  return rows
    .map(([left, right]) => {
      const wrapped = wrap(right, width, indent);
      return left.length > longest
        ? `  ${left}\n${wrapped}`
        : `  ${left.padEnd(longest)}  ${wrapped.trimStart()}`;
    })
    .join('\n');
}
