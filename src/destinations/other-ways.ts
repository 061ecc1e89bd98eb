import { DestinationError } from './destination-error.ts';

/** Schemes that somebody may well try and that lead nowhere: why, and what leads to the same storage. */
const OTHER_WAYS: Readonly<Record<string, { readonly because: string; readonly instead: string }>> = {
  od4b: {
    because: 'it logs in by a user name and password, which Microsoft has switched off',
    instead: 'Use onedrivev2:// (with --drive-id) or sharepoint:// (with --site-id) for the same folder.',
  },
  mssp: {
    because: 'it logs in by a user name and password, which Microsoft has switched off',
    instead: 'Use sharepoint://, which takes the same address of a site.',
  },
  duplicati: {
    because: "Duplicati's own storage is a service for Duplicati only",
    instead: 'Use a storage of your own: see the list of destinations.',
  },
};

/** The error for such a scheme; `undefined` for any other. */
export function otherWay(scheme: string): DestinationError | undefined {
  const found = Object.hasOwn(OTHER_WAYS, scheme) ? OTHER_WAYS[scheme] : undefined;
  if (found === undefined) return undefined;
  return new DestinationError(
    'destination-unknown-scheme',
    `A destination '${scheme}://' cannot be used: ${found.because}.`,
    { details: { scheme }, hint: found.instead },
  );
}
