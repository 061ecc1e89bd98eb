import type { ProgramSettings } from '../options/index.ts';
import type { ChannelSettings } from './channel-settings.ts';
import type { Material } from './compose.ts';

/** A way to tell somebody. */
export interface Channel {
  /** How messages call it: "by mail". */
  readonly name: string;
  readonly settings: ChannelSettings;
  /** Settles once the other side has taken the message. Throws `NotificationError`, the signal's reason. */
  deliver(material: Material, signal: AbortSignal): Promise<void>;
}

/**
 * Reads a channel off the options; `undefined` where they do not ask for it. Throws `NotificationError`,
 * `FilterError`.
 */
export type ReadChannel = (settings: ProgramSettings) => Channel | undefined;
