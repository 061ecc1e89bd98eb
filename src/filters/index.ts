export { attributeMask } from './attributes.ts';
export { compileFilter, type Filter, type FilterContext, type FilterDecision } from './compile.ts';
export { createEmptyFolderFilter } from './empty-folders.ts';
export {
  type CandidateEntry,
  createEntryDecider,
  type EntryDeciderOptions,
  type EntryDecision,
  type SkipReason,
} from './entry-decision.ts';
export { FilterError, type FilterErrorCode } from './errors.ts';
export { describeGroups, type GroupPlaces } from './groups.ts';
export {
  createMessageGate,
  type MessageGate,
  type MessageGateOptions,
  parseLogFilter,
} from './message-gate.ts';
export {
  expandVariables,
  type FilterRule,
  type FilterVariables,
  parseFilterList,
} from './rule.ts';
export { findUselessRules, type RuleSurroundings, type UselessRule } from './useless-rules.ts';
