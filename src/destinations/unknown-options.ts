import { findNearest, indexByName, programOptions } from '../options/index.ts';
import { describeScheme } from './registry.ts';
import { parseDestinationUrl } from './support/destination-url.ts';

/** Names that stand in URLs of Duplicati jobs, and mean nothing here. */
const FOREIGN_NAMES: ReadonlySet<string> = new Set([
  'allowed-ssl-versions',
  'disable-expect100-continue',
  'disable-nagling',
  'http-enable-buffering',
  'http-operation-timeout',
  'http-readwrite-timeout',
  's3-eu-buckets',
  's3-use-rrs',
]);

/** Settings of the library that Duplicati reaches S3 through. */
const FOREIGN_PREFIX = 's3-ext-';

/**
 * What is wrong with the options of a destination URL that no kind of destination knows, in a sentence each.
 * They are ignored. Says nothing about options that mean something elsewhere only, nor about those that only
 * Duplicati has. What may be a piece of a password is not repeated. Throws `destination-url-invalid`.
 */
export function findUnknownOptions(url: string): readonly string[] {
  const { scheme, query } = parseDestinationUrl(url);
  const declared = indexByName(programOptions);
  const read = describeScheme(scheme)?.optionNames ?? [];
  const unknown = Object.entries(query).filter(
    ([name]) => !declared.has(name) && !FOREIGN_NAMES.has(name) && !name.startsWith(FOREIGN_PREFIX),
  );
  return unknown.map(([name, value]) => {
    const nearest = findNearest(name, read) ?? findNearest(name, namesInUrls());
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return `${describe(name, value)} is unknown and ignored.${hint}`;
  });
}

function namesInUrls(): readonly string[] {
  return programOptions.filter((option) => 'inDestinationUrl' in option).map(({ name }) => name);
}

/** A password with a raw `?` or `&` in it looks like options: without a value, or with signs that no option has. */
function describe(name: string, value: string): string {
  return value !== '' && /^[a-z][a-z0-9_-]*$/.test(name)
    ? `Option '${name}' in the destination URL`
    : 'An option in the destination URL (not shown, it may be a piece of a password)';
}
