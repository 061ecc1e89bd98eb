import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../../base/index.ts';
import type {
  MirrorDatabase,
  MirrorDestinationRow,
  MirrorHealth,
  MirrorSourceRow,
} from '../../database/index.ts';
import { findNearest } from '../../options/index.ts';
import { MirrorError } from '../error.ts';
import { type Effective, resolveFields } from './effective.ts';
import type { FieldPlace } from './field.ts';
import { applyWords, type FieldSet, parseFields, stringifyFields } from './field-set.ts';
import { fieldsOf } from './fields.ts';
import { checkName } from './name.ts';

/** A place that versions are kept at. */
export interface Destination {
  readonly id: number;
  readonly name: string;
  /** The id that the file `.ashlar-destination` in its folder must hold. */
  readonly marker: string;
  readonly own: FieldSet;
  readonly settings: Effective;
  readonly path: string;
}

/** A server and what is pulled from it. */
export interface Source {
  readonly id: number;
  readonly name: string;
  readonly own: FieldSet;
  readonly settings: Effective;
  readonly destination: Destination;
  /** The folder of its versions; after a change of its name that was interrupted, still the former one. */
  readonly folder: string;
  /** What it was called before, until its folder has followed. */
  readonly formerName: string | undefined;
  readonly health: MirrorHealth | undefined;
  readonly createdMs: number;
}

/** Sources, destinations and defaults as they are configured. All changes are checked before they are stored. */
export class Configuration {
  readonly #database: MirrorDatabase;
  readonly #clock: Clock;

  constructor(database: MirrorDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  defaults(): FieldSet {
    return parseFields('defaults', this.#database.defaults());
  }

  destinations(): readonly Destination[] {
    const defaults = this.defaults();
    return this.#database.destinations.list().map((row) => toDestination(row, defaults));
  }

  sources(): readonly Source[] {
    const defaults = this.defaults();
    const destinations = new Map(this.destinations().map((destination) => [destination.id, destination]));
    return this.#database.sources.list().map((row) => {
      const destination = destinations.get(row.destinationId);
      if (destination === undefined) throw new Error(`source ${row.id} has no destination`);
      return toSource(row, destination, defaults);
    });
  }

  /** Throws `pull-source-unknown`. */
  source(name: string): Source {
    const sources = this.sources();
    return sources.find((source) => source.name === name) ?? failUnknown('source', name, sources);
  }

  /** Throws `pull-destination-unknown`. */
  destination(name: string): Destination {
    const destinations = this.destinations();
    const found = destinations.find((destination) => destination.name === name);
    return found ?? failUnknown('destination', name, destinations);
  }

  editDefaults(words: readonly string[]): void {
    this.putDefaults(applyWords('defaults', this.defaults(), words));
  }

  putDefaults(fields: FieldSet): void {
    this.#database.setDefaults(stringifyFields(fields));
  }

  /** Adds a destination; its marker is written by `claimDestination`. Throws `pull-name-…`, `pull-field-…`. */
  addDestination(name: string, fields: FieldSet): Destination {
    checkName(name);
    this.#refuseTaken('destination', name, this.#database.destinations.find(name));
    checkComplete('destination', name, fields);
    this.#database.destinations.add({
      name,
      marker: randomUUID(),
      fields: stringifyFields(fields),
      createdMs: this.#clock.now(),
    });
    return this.destination(name);
  }

  putDestination(name: string, fields: FieldSet): Destination {
    const { id } = this.destination(name);
    checkComplete('destination', name, fields);
    this.#database.destinations.setFields(id, stringifyFields(fields), this.#clock.now());
    return this.destination(name);
  }

  /** Throws `pull-destination-in-use` while sources name it. Files stay where they are. */
  removeDestination(name: string): void {
    const { id } = this.destination(name);
    const users = this.sources().filter(({ destination }) => destination.id === id);
    if (users.length > 0) {
      throw new MirrorError(
        'pull-destination-in-use',
        `The destination '${name}' cannot be removed: ${users.length} of the sources use it.`,
        {
          details: { name, sources: users.map((source) => source.name) },
          hint: 'Remove these sources first, or give them another destination.',
        },
      );
    }
    this.#database.destinations.remove(id);
  }

  addSource(name: string, destinationName: string, fields: FieldSet): Source {
    checkName(name);
    this.#refuseTakenSource(name);
    checkComplete('source', name, fields);
    const destination = this.destination(destinationName);
    this.#checkVaultPlace(
      name,
      resolveFields({ source: fields, destination: destination.own, defaults: this.defaults() }),
    );
    this.#database.sources.add({
      name,
      destinationId: destination.id,
      fields: stringifyFields(fields),
      createdMs: this.#clock.now(),
    });
    return this.source(name);
  }

  putSource(name: string, destinationName: string, fields: FieldSet): Source {
    const { id } = this.source(name);
    checkComplete('source', name, fields);
    const destination = this.destination(destinationName);
    this.#checkVaultPlace(
      name,
      resolveFields({ source: fields, destination: destination.own, defaults: this.defaults() }),
    );
    this.#database.sources.change(
      id,
      { destinationId: destination.id, fields: stringifyFields(fields) },
      this.#clock.now(),
    );
    return this.source(name);
  }

  /** Books another name; the folder follows by `renameSource`. Throws `pull-name-…`. */
  renameSource(name: string, newName: string): Source {
    const { id, folder } = this.source(name);
    checkName(newName);
    this.#refuseTakenSource(newName);
    const formerName = existsSync(folder) ? basename(folder) : undefined;
    this.#database.sources.rename(id, newName, formerName, this.#clock.now());
    return this.source(newName);
  }

  /** Gives a destination another name; its folder is named by its path. Throws `pull-name-…`. */
  renameDestination(name: string, newName: string): Destination {
    const { id } = this.destination(name);
    checkName(newName);
    this.#refuseTaken('destination', newName, this.#database.destinations.find(newName));
    this.#database.destinations.rename(id, newName, this.#clock.now());
    return this.destination(newName);
  }

  /** Forgets a source with its runs. Files stay where they are. */
  removeSource(name: string): void {
    this.#database.sources.remove(this.source(name).id);
  }

  /** Two sources in one vault may not lie at, or inside, the same place of it. */
  #checkVaultPlace(name: string, settings: Effective): void {
    const vault = settings.get('vault');
    if (settings.get('mode') === 'mirror') return;
    if (vault === undefined) {
      throw new MirrorError('pull-field-missing', `The source '${name}' needs the field 'vault'.`, {
        details: { name, field: 'vault' },
        hint: 'It is the destination URL that versions are stored at; mode=mirror does without.',
      });
    }
    const place = asFolder(settings.get('vault-path'));
    const other = this.sources().find(
      (source) =>
        source.name !== name &&
        source.settings.get('mode') !== 'mirror' &&
        source.settings.get('vault') === vault &&
        overlap(place, asFolder(source.settings.get('vault-path'))),
    );
    if (other === undefined) return;
    throw new MirrorError(
      'pull-field-invalid',
      `The sources '${name}' and '${other.name}' would lie in one another in the vault.`,
      { details: { name, other: other.name }, hint: `Give each a vault-path of its own, such as /${name}.` },
    );
  }

  /** A name is free again once the folder has followed the new one. */
  #refuseTakenSource(name: string): void {
    const rows = this.#database.sources.list();
    this.#refuseTaken(
      'source',
      name,
      rows.find((row) => row.name === name || row.formerName === name),
    );
  }

  #refuseTaken(kind: string, name: string, found: unknown): void {
    if (found === undefined) return;
    throw new MirrorError('pull-name-taken', `There is a ${kind} '${name}' already.`, {
      details: { name },
      hint: `Change it with 'ashlar ${kind} edit'.`,
    });
  }
}

function toDestination(row: MirrorDestinationRow, defaults: FieldSet): Destination {
  const own = parseFields('destination', row.fields);
  const settings = resolveFields({ destination: own, defaults });
  return { id: row.id, name: row.name, marker: row.marker, own, settings, path: settings.get('path') };
}

function toSource(row: MirrorSourceRow, destination: Destination, defaults: FieldSet): Source {
  const own = parseFields('source', row.fields);
  return {
    id: row.id,
    name: row.name,
    own,
    settings: resolveFields({ source: own, destination: destination.own, defaults }),
    destination,
    folder: findFolder(row, destination),
    formerName: row.formerName,
    health: row.health,
    createdMs: row.createdMs,
  };
}

function findFolder({ name, formerName }: MirrorSourceRow, { path }: Destination): string {
  const folder = join(path, name);
  if (formerName === undefined || existsSync(folder)) return folder;
  const former = join(path, formerName);
  return existsSync(former) ? former : folder;
}

function checkComplete(place: FieldPlace, name: string, fields: FieldSet): void {
  const missing = fieldsOf(place).find((field) => field.required === true && !fields.has(field.name));
  if (missing === undefined) return;
  throw new MirrorError('pull-field-missing', `The ${place} '${name}' needs the field '${missing.name}'.`, {
    details: { name, field: missing.name },
    hint: missing.summary,
  });
}

function failUnknown(
  kind: 'source' | 'destination',
  name: string,
  known: readonly { readonly name: string }[],
): never {
  const nearest = findNearest(
    name,
    known.map((item) => item.name),
  );
  throw new MirrorError(
    kind === 'source' ? 'pull-source-unknown' : 'pull-destination-unknown',
    `There is no ${kind} '${name}'.`,
    {
      details: { name },
      hint: nearest === undefined ? `'ashlar ${kind}s' lists them.` : `Did you mean '${nearest}'?`,
    },
  );
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
