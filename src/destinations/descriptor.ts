import type { Log } from '../base/index.ts';
import type { ProgramOptionName, ProgramSettings } from '../options/index.ts';
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
  /** The options that it reads. */
  readonly optionNames: readonly ProgramOptionName[];
  readonly abilities: readonly Ability[];
  readonly limits: DestinationLimits;
}

export interface DestinationLimits {
  /** Connections that are made to it at most, so that more transfers at the same time are of no use. */
  readonly maxConnections: number;
  readonly maxNameBytes: number;
  /** How long after a `put` a listing may still lack the file. */
  readonly listingDelayMs: number;
}

/** Everything that a provider needs to open a destination. */
export interface DestinationRequest {
  readonly url: DestinationUrl;
  /** The options in force for this destination, those of its URL included. */
  readonly settings: ProgramSettings;
  readonly log: Log;
}

/** Makes a destination without touching the storage; each provider has one. */
export type OpenDestination = (request: DestinationRequest) => Destination;
