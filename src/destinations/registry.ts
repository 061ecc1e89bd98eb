import { type Log, silentLog } from '../base/index.ts';
import type { DestinationDescriptor, DestinationSettings, OpenDestination } from './descriptor.ts';
import type { Destination } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { LOCAL_FOLDER } from './local-folder/descriptor.ts';
import { parseDestinationUrl } from './support/destination-url.ts';

interface Provider {
  readonly descriptor: DestinationDescriptor;
  /** Loads the code, and the libraries it needs, only when such a destination is opened. */
  load(): Promise<OpenDestination>;
}

/** The only list of destinations. */
const PROVIDERS: readonly Provider[] = [
  { descriptor: LOCAL_FOLDER, load: async () => (await import('./local-folder.ts')).openLocalFolder },
];

export interface OpenOptions {
  /** Option values that hold for all destinations; those in the URL win. */
  readonly settings?: DestinationSettings;
  readonly log?: Log;
}

/**
 * Opens a destination by its URL or folder path, without touching the storage. Throws `destination-url-invalid` or
 * `destination-unknown-scheme`. The caller disposes of it.
 */
export async function openDestination(url: string, options: OpenOptions = {}): Promise<Destination> {
  const parsed = parseDestinationUrl(url);
  const provider = PROVIDERS.find(({ descriptor }) => descriptor.scheme === parsed.scheme);
  if (provider === undefined) throw unknownScheme(parsed.scheme);
  const open = await provider.load();
  return open({
    url: parsed,
    settings: { ...options.settings, ...parsed.query },
    log: options.log ?? silentLog,
  });
}

/** Every kind of destination, for help, documentation and forms. */
export function describeDestinations(): readonly DestinationDescriptor[] {
  return PROVIDERS.map(({ descriptor }) => descriptor);
}

function unknownScheme(scheme: string): DestinationError {
  const known = PROVIDERS.map(({ descriptor }) => `${descriptor.scheme}://`).join(', ');
  return new DestinationError(
    'destination-unknown-scheme',
    `There is no kind of destination called '${scheme}://'.`,
    { details: { scheme }, hint: `Known are: a folder path, ${known}.` },
  );
}
