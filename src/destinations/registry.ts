import process from 'node:process';
import { type Log, silentLog } from '../base/index.ts';
import { programOptions, resolveOptions } from '../options/index.ts';
import type { DestinationDescriptor, OpenDestination } from './descriptor.ts';
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
  /** Texts of options by name, as far as they were given; those in the URL win. Names that mean nothing here are ignored. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: Log;
}

/**
 * Opens a destination by its URL or folder path, without touching the storage. Throws `destination-url-invalid`,
 * `destination-unknown-scheme`, or an `OptionError` for a value that an option does not take. The caller disposes of it.
 */
export async function openDestination(url: string, options: OpenOptions = {}): Promise<Destination> {
  const parsed = parseDestinationUrl(url);
  const provider = PROVIDERS.find(({ descriptor }) => descriptor.scheme === parsed.scheme);
  if (provider === undefined) throw unknownScheme(parsed.scheme);
  const settings = resolveOptions(programOptions, {
    stored: new Map(Object.entries(options.settings ?? {})),
    destinationQuery: new Map(Object.entries(parsed.query)),
    context: { pathListSeparator: process.platform === 'win32' ? ';' : ':' },
  });
  const open = await provider.load();
  return open({ url: parsed, settings, log: options.log ?? silentLog });
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
