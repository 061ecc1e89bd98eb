const NAME = /^backup-(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(\d\d)$/;

/** The folder of a version that was begun at a time: `backup-YYYY-MM-DD-HHMMSS`, in UTC, so that names sort by age. */
export function versionName(startedMs: number): string {
  const [day = '', time = ''] = new Date(startedMs).toISOString().split('T');
  return `backup-${day}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** The time in the name of a version's folder, or `undefined` for any other name. */
export function versionTimeMs(name: string): number | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) || versionName(time) !== name ? undefined : time;
}

/** Where a run works; a run that fails leaves it to the next one. */
export const PARTIAL = '.partial';
/** Beside it: what was asked for when it was begun. */
export const PARTIAL_SELECTION = '.partial-selection';
/** Before the name of a version that is being deleted. */
export const DELETING = '.deleting-';
/** Where output of commands lies in a version. */
export const DUMPS = '_dumps';
