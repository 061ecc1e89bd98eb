import { parseDestinationUrl } from '../destinations/index.ts';
import { OptionError, type ProgramSettings } from '../options/index.ts';

/**
 * Holds a run to the kinds of destination, encryption and container that the options allow. Throws
 * `OptionError` (`option-conflict`).
 */
export function checkAllowedModules(url: string, settings: ProgramSettings): void {
  const { scheme } = parseDestinationUrl(url);
  checkAllowed(settings, 'allowed-backend-modules', scheme);
  checkAllowed(settings, 'allowed-compression-modules', settings.get('compression-module'));
  if (!settings.get('no-encryption'))
    checkAllowed(settings, 'allowed-encryption-modules', settings.get('encryption-module'));
}

function checkAllowed(
  settings: ProgramSettings,
  option: 'allowed-backend-modules' | 'allowed-encryption-modules' | 'allowed-compression-modules',
  wanted: string,
): void {
  const allowed = settings.get(option);
  if (allowed === undefined || allowed.some((name) => name.toLowerCase() === wanted)) return;
  throw new OptionError('option-conflict', `Cannot use '${wanted}': --${option} does not name it.`, {
    details: { option, wanted, allowed },
    hint: `--${option} allows ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}.`,
  });
}
