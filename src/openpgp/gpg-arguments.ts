import { splitArguments } from '../base/index.ts';

/** How gpg is called. Plain data, so that it can be sent to another thread. */
export interface GpgSettings {
  /**
   * May be empty where a key pair without passphrase is used. Goes to gpg through its standard input, never
   * through its arguments.
   */
  readonly passphrase: string;
  /** The program, by path or by name on the search path. Default `gpg`. */
  readonly programPath?: string;
  /** Further arguments, one line, double quotes around those with spaces. Default none. */
  readonly encryptionSwitches?: string;
  readonly decryptionSwitches?: string;
  /** What to do, with its arguments. Default `--symmetric`. */
  readonly encryptionCommand?: string;
  /** Default `--decrypt`. */
  readonly decryptionCommand?: string;
  /** Writes volumes as text. */
  readonly armor?: boolean;
}

export type GpgDirection = 'encrypt' | 'decrypt';

export const SYMMETRIC = '--symmetric';

/**
 * The arguments in Duplicati's order: `[--armor] --batch --passphrase-fd 0 <switches> <command>`. Some are
 * added in front of the switches, which therefore overrule them: gpg 2 takes the passphrase of a secret key
 * from us only in loopback mode; its status lines are the same in every language; and compressing volumes,
 * which are compressed already, takes it four times as long as encrypting them.
 */
export function gpgArguments(settings: GpgSettings, direction: GpgDirection, homeFolder?: string): string[] {
  const [switches = '', command] =
    direction === 'encrypt'
      ? [settings.encryptionSwitches, settings.encryptionCommand || SYMMETRIC]
      : [settings.decryptionSwitches, settings.decryptionCommand || '--decrypt'];
  return [
    ...(settings.armor === true ? ['--armor'] : []),
    ...['--batch', '--passphrase-fd', '0', '--pinentry-mode', 'loopback', '--status-fd', '2'],
    ...(direction === 'encrypt' ? ['--compress-algo', 'none'] : []),
    ...(homeFolder === undefined ? [] : temporaryHomeArguments(homeFolder)),
    ...splitArguments(switches),
    ...splitArguments(command),
  ];
}

/**
 * Without its agent, which would start anew for every temporary home and take a second, gpg cannot measure
 * how many rounds of key derivation suit the machine; it gets the most that OpenPGP can express.
 */
function temporaryHomeArguments(homeFolder: string): string[] {
  return ['--homedir', homeFolder, '--no-autostart', '--s2k-count', '65011712'];
}
