import type { Log } from '../base/index.ts';
import type { Ability } from './abilities.ts';
import type { Destination } from './destination.ts';
import type { DestinationUrl } from './support/destination-url.ts';

/** What can be said about a kind of destination without opening one: for help, documentation and forms. */
export interface DestinationDescriptor {
  /** The scheme of its URLs. */
  readonly scheme: string;
  readonly displayName: string;
  /** The forms of its URL, the usual one first. */
  readonly urlForms: readonly string[];
  /** Names of the options that it reads; they are declared in `options`. */
  readonly optionNames: readonly string[];
  readonly abilities: readonly Ability[];
  readonly limits: DestinationLimits;
}

export interface DestinationLimits {
  /** Transfers at the same time that are of use. */
  readonly maxConnections: number;
  readonly maxNameBytes: number;
  /** How long after a `put` a listing may still lack the file. */
  readonly listingDelayMs: number;
}

/** The text values of options by name: those given for all destinations, overridden by those in the URL. */
export type DestinationSettings = Readonly<Record<string, string | undefined>>;

/** Everything that a provider needs to open a destination. */
export interface DestinationRequest {
  readonly url: DestinationUrl;
  readonly settings: DestinationSettings;
  readonly log: Log;
}

/** Makes a destination without touching the storage; each provider has one. */
export type OpenDestination = (request: DestinationRequest) => Destination;
