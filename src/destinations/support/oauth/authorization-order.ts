import type { Log } from '../../../base/index.ts';
import type { ProgramSettings } from '../../../options/index.ts';
import type { SignalOptions } from '../../destination.ts';

export interface AuthorizationOrder extends SignalOptions {
  /** Of the destination for which permission is asked. */
  readonly scheme: string;
  readonly settings: ProgramSettings;
  readonly log: Log;
  /**
   * Called with the address that a person has to open in a browser: on this machine, or on any where there is
   * a code to be entered.
   */
  readonly onAddress: (address: string, code?: string) => void;
}
