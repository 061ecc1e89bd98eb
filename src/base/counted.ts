/** An amount as messages say it: `1 volume`, `0 volumes`, `2 entries`. The unit of bytes is a noun like others. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
