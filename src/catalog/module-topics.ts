import {
  type DestinationDescriptor,
  describeDestinations,
  describeScheme,
  findCommonName,
} from '../destinations/index.ts';
import { optionUsage } from './option-text.ts';
import { allOptions, findOption } from './options.ts';
import { columns, wrap } from './wrap.ts';

/** What a kind of destination, an encryption, a container or another module is called in help. */
export const MODULE_NAMES: readonly string[] = [
  ...describeDestinations().map(({ scheme }) => scheme),
  'aes',
  'gpg',
  'zip',
  'tgz',
  'tzstd',
  'par2',
];

interface Module {
  readonly summary: string;
  /** Options that choose it or that it reads beside those that begin with its name. */
  readonly options: readonly string[];
}

const MODULES: Readonly<Record<string, Module>> = {
  aes: {
    summary: 'Encrypts volumes as AES Crypt does. It is what --encryption-module means when it is not given.',
    options: ['encryption-module', 'passphrase', 'no-encryption'],
  },
  gpg: {
    summary: 'Encrypts volumes with the gpg program of the system: --encryption-module=gpg.',
    options: ['encryption-module', 'passphrase'],
  },
  zip: {
    summary: 'Keeps blocks in zip files. It is what --compression-module means when it is not given.',
    options: ['compression-module'],
  },
  tgz: {
    summary: 'Keeps blocks in tar files, compressed by gzip: --compression-module=tgz.',
    options: ['compression-module'],
  },
  tzstd: {
    summary: 'Keeps blocks in tar files, compressed by Zstandard: --compression-module=tzstd.',
    options: ['compression-module'],
  },
  par2: {
    summary:
      'Writes parity data with the par2 program of the system, and mends damaged volumes with them: --parity-module=par2.',
    options: ['parity-module', 'parity-redundancy-level'],
  },
};

/** The help about a module; `undefined` where there is none of the name. */
export function renderModule(name: string, width: number): string | undefined {
  const wanted = name.toLowerCase();
  const destination = describeScheme(wanted);
  if (destination !== undefined) return renderDestination(destination, width);
  const module = MODULES[wanted];
  if (module === undefined) return renderCommonName(wanted, width);
  const own = allOptions
    .filter((option) => option.name.startsWith(`${wanted}-`))
    .map((option) => option.name);
  return [wrap(module.summary, width), ...optionRows([...module.options, ...own], width)].join('\n');
}

/** What a storage goes by here: all about the one kind of destination, or where to read about several. */
function renderCommonName(name: string, width: number): string | undefined {
  const found = findCommonName(name);
  if (found === undefined) return undefined;
  const { schemes, urlForm } = found;
  const kinds = describeDestinations().filter(({ scheme }) => schemes.includes(scheme));
  const [only] = kinds;
  const form = urlForm === undefined ? [] : [`  ${urlForm}`];
  if (only !== undefined && kinds.length === 1)
    return [`'${name}' is reached by:`, ...form, '', renderDestination(only, width)].join('\n');
  const rows = schemes.flatMap((scheme) => {
    const kind = kinds.find((each) => each.scheme === scheme);
    return kind === undefined ? [] : [[`ashlar help ${scheme}`, kind.displayName] as const];
  });
  return [`'${name}' is reached by one of these:`, ...form, columns(rows, width)].join('\n');
}

function renderDestination(
  { displayName, urlForms, optionNames }: DestinationDescriptor,
  width: number,
): string {
  return [`${displayName}:`, ...urlForms.map((form) => `  ${form}`), ...optionRows(optionNames, width)].join(
    '\n',
  );
}

function optionRows(names: readonly string[], width: number): string[] {
  const rows = names.flatMap((name) => {
    const option = findOption(name);
    return option === undefined ? [] : [[optionUsage(option), option.summary] as const];
  });
  return rows.length === 0 ? [] : ['', 'Options:', columns(rows, width)];
}
