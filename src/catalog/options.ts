import { indexByName, OPTION_SECTIONS, programOptions, type SectionedOption } from '../options/index.ts';

/** Every option that can be given, in the order of the help. */
export const allOptions: readonly SectionedOption[] = programOptions;

const byName = indexByName(allOptions);

/** Finds an option by its name or an alias, in any case, with or without dashes. */
export function findOption(name: string): SectionedOption | undefined {
  return byName.get(name.toLowerCase().replace(/^-+/, ''));
}

/** The options under each heading, in order. */
export function optionsBySection(): readonly (readonly [string, readonly SectionedOption[]])[] {
  return OPTION_SECTIONS.map((section) => [
    section,
    allOptions.filter((option) => option.section === section),
  ]);
}
