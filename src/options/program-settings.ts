import { counted } from '../base/index.ts';
import type { OptionDeclaration } from './declaration.ts';
import { OptionError } from './errors.ts';
import { type ProgramOption, programOptions } from './program-options.ts';
import { type OptionSources, resolveOptions } from './resolve.ts';
import type { Settings } from './settings.ts';

/** The settled options of the program. */
export type ProgramSettings = Settings<ProgramOption>;

/**
 * Settles the options of the program and checks that they go together. `destinationOptions` are those that
 * the chosen destination declares: they are known names here, and their texts are in `texts`. Throws
 * `OptionError` as `resolveOptions`, and `option-conflict`.
 */
export function resolveProgramOptions(
  sources: OptionSources,
  destinationOptions: readonly OptionDeclaration[] = [],
): ProgramSettings {
  const settings = resolveOptions(programOptions, sources, destinationOptions);
  checkCombination(settings);
  return settings;
}

/** Checks what no option can check alone. Throws `OptionError` (`option-conflict` or `option-invalid`). */
export function checkCombination(settings: ProgramSettings): void {
  checkRetention(settings);
  const prefix = settings.get('prefix');
  if (prefix.includes('-') || prefix === '') {
    throw new OptionError(
      'option-invalid',
      `Cannot use '${prefix}' for option --prefix: it takes a word without hyphens.`,
      { details: { option: 'prefix', value: prefix } },
    );
  }
  // A backup that is there keeps its own blocksize; what that means for volumes is checked when it is opened.
  if (settings.isGiven('blocksize')) checkVolumeSize(settings.get('dblock-size'), settings.get('blocksize'));
}

/** Refuses volumes that are too small for their blocks. Throws `OptionError` (`option-conflict`). */
export function checkVolumeSize(dblockSizeBytes: number, blocksizeBytes: number): void {
  if (dblockSizeBytes >= 2 * blocksizeBytes) return;
  throw new OptionError(
    'option-conflict',
    `Cannot use volumes of ${counted(dblockSizeBytes, 'byte')} with blocks of ${counted(blocksizeBytes, 'byte')}: a volume holds at least two blocks.`,
    { details: { dblockSizeBytes, blocksizeBytes }, hint: 'Raise --dblock-size or lower --blocksize.' },
  );
}

function checkRetention(settings: ProgramSettings): void {
  const given = (['keep-time', 'keep-versions', 'retention-policy'] as const).filter(
    (name) => settings.isGiven(name) && !(name === 'keep-versions' && settings.get(name) <= 0),
  );
  if (given.length < 2) return;
  throw new OptionError(
    'option-conflict',
    `Cannot use ${given.map((name) => `--${name}`).join(' and ')} together.`,
    { details: { options: given }, hint: 'Choose one of them.' },
  );
}
