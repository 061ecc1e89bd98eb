/** How many names are tried for a file whose own is taken (operations 4.5). */
export const MOST_NAMES = 100;

/**
 * The name under which a file is restored beside one with other content:
 * `<name>.<day of the version>.<extension>`, then with ` (0)`, ` (1)`, … before the extension. `attempt`
 * counts from 0; the day is that of local time.
 */
export function otherName(path: string, version: Date, attempt: number): string {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const stemEnd = dot > slash ? dot : path.length;
  const number = attempt === 0 ? '' : ` (${attempt - 1})`;
  return `${path.slice(0, stemEnd)}.${localDay(version)}${number}${path.slice(stemEnd)}`;
}

function localDay(date: Date): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}
