export {
  declareOptions,
  OPTION_SECTIONS,
  type OptionDeclaration,
  type OptionSection,
  type OptionType,
  type OptionValues,
  type SectionedOption,
} from './declaration.ts';
export { type CalendarSpan, formatDuration, parseDuration } from './duration.ts';
export { type Environment, readEnvironment, variableOf } from './environment.ts';
export { OptionError, type OptionErrorCode, UnacceptedValue } from './errors.ts';
export { LEVEL_OF_NAME } from './log-level-name.ts';
export { findNearest } from './nearest.ts';
export type { ValueContext } from './parse-value.ts';
export { type ProgramOption, type ProgramOptionName, programOptions } from './program-options.ts';
export {
  checkCombination,
  checkVolumeSize,
  type ProgramSettings,
  resolveProgramOptions,
} from './program-settings.ts';
export { indexByName, type OptionSources, type OptionTexts, resolveOptions } from './resolve.ts';
export type { RetentionRule } from './retention-rules.ts';
export { secretProviderOptions } from './secret-provider-options.ts';
export type { OptionWarning, Origin, Settings } from './settings.ts';
export { formatSize, parseSize, type SizeUnit } from './size.ts';
export { parseTime, resolveTime, type TimeExpression } from './time.ts';
export { parseVersionList, selectVersions, type VersionRange } from './version-list.ts';
