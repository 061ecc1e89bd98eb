/** Text as one word of a POSIX shell, whatever it holds. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text as one word of the argument that `rsync -e` takes apart: in quotes, which double where they stand inside. */
export function quoteForRsync(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
