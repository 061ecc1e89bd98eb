import { hostname, release, type } from 'node:os';
import { basename } from 'node:path';
import { parseDestinationUrl } from '../destinations/index.ts';
import type { ProgramSettings } from '../options/index.ts';

/** Whose result it is, for whoever gathers the results of many machines. What nobody said is `null`. */
export function describeOrigin(settings: ProgramSettings): Readonly<Record<string, string | null>> {
  return {
    'backup-name': settings.get('backup-name') ?? null,
    'backup-id': settings.get('backup-id') ?? null,
    'machine-id': settings.get('machine-id') ?? null,
    'machine-name': settings.get('machine-name') ?? hostname(),
    'next-scheduled-run': settings.get('next-scheduled-run') ?? null,
  };
}

/**
 * What reports may name beside the options, by the names in their templates. Of the destination's address, no
 * query is told, as it may hold secrets.
 */
export function describeRun(
  settings: ProgramSettings,
  [destination = '', ...sources]: readonly string[],
): ReadonlyMap<string, string> {
  const [address = ''] = destination.split('?');
  const { scheme, host } = parsePlace(destination);
  const values = new Map([
    ['remoteurl', address],
    ['localpath', sources.join(':')],
    ['backup-name', basename(address)],
    ['operating-system', type()],
    ['operating-system-detailed', `${type()} ${release()}`],
    ['installation-type', 'package'],
    ['update-channel', 'stable'],
    ['destination-type', scheme],
    ['destination-host-suffix', host.split('.').slice(-2).join('.')],
  ]);
  for (const [name, value] of Object.entries(describeOrigin(settings)))
    if (value !== null) values.set(name, value);
  return values;
}

function parsePlace(destination: string): { readonly scheme: string; readonly host: string } {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(destination) ?? [];
  if (scheme === undefined) return { scheme: 'file', host: '' };
  try {
    return { scheme, host: parseDestinationUrl(destination).host ?? '' };
  } catch {
    // The command itself says what is wrong with it.
    return { scheme, host: '' };
  }
}
