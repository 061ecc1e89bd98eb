import { LOG_LEVELS, type LogLevel } from '../base/index.ts';
import { compileFilter } from './compile.ts';
import type { FilterRule } from './rule.ts';

export interface MessageGateOptions {
  /** The least important messages that pass. */
  readonly level: LogLevel;
  /** Ids of messages that never pass. */
  readonly ignoredIds?: readonly string[] | undefined;
  /** Rules on ids; the first that matches decides, whatever the level. */
  readonly rules?: readonly FilterRule[] | undefined;
}

/** Says whether a message passes to where it would be written. */
export type MessageGate = (level: LogLevel, id: string) => boolean;

/** Throws `FilterError` for rules that cannot be understood. */
export function createMessageGate({ level: least, ignoredIds, rules = [] }: MessageGateOptions): MessageGate {
  const leastIndex = LOG_LEVELS.indexOf(least);
  const ignored = new Set(ignoredIds);
  const filter = compileFilter(rules, {
    places: { platform: 'linux', temporaryFolder: '' },
    isCaseSensitive: false,
  });
  return (level, id) => {
    if (ignored.has(id)) return false;
    const { rule, isIncluded } = filter.decide(id);
    return rule === undefined ? LOG_LEVELS.indexOf(level) >= leastIndex : isIncluded;
  };
}

/**
 * Parses the value of a log filter: rules after `+` or `-` (nothing means `+`), apart by `:`, `;` or line
 * ends, except inside the brackets of a regular expression.
 */
export function parseLogFilter(text: string): readonly FilterRule[] {
  const items = text.match(/[+-]?\[[^\]]*\]|[^:;\r\n]+/g) ?? [];
  return items.map((item) => ({
    kind: item.startsWith('-') ? 'exclude' : 'include',
    expression: item.replace(/^[+-]/, ''),
  }));
}
