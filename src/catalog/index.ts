export {
  type CommandArgument,
  type CommandDescriptor,
  commandDescriptors,
  commandUsage,
  findCommand,
} from './commands.ts';
export { renderCompletion, SHELLS, type Shell } from './completion.ts';
export { renderExamples } from './examples.ts';
export { EXIT_CODES, type ExitCode, exitCodeRows } from './exit-codes.ts';
export { type HelpOptions, renderOverview, renderTopic, suggestTopic } from './help.ts';
export { optionFacts, optionUsage } from './option-text.ts';
export { allOptions, findOption, optionsBySection } from './options.ts';
export { renderOptionsPage } from './options-page.ts';
export { renderPullFieldsPage } from './pull-fields-page.ts';
