import type { ResultFields, ResultObject } from './result-object.ts';

/**
 * A result as a text: `Json` is one object; `Duplicati` has a line `Name: value` for each field, and lists
 * and objects indented below theirs.
 */
export function writeResult(result: ResultFields, form: 'Duplicati' | 'Json'): string {
  if (form === 'Json') return `${JSON.stringify(result, undefined, 2)}\n`;
  return `${describeFields(result, '').join('\n')}\n`;
}

/**
 * A result with lines of the log, as a file for scripts holds them: text with the lines at the end, or the
 * object of Duplicati's reports.
 */
export function writeReport(
  result: ResultObject,
  logLines: readonly string[],
  form: 'Duplicati' | 'Json',
): string {
  const { Extra, Exception, ...data } = result;
  if (form === 'Json')
    return writeResult(
      { Data: data, Extra: Extra ?? null, LogLines: logLines, Exception: Exception ?? null },
      form,
    );
  const log = logLines.length === 0 ? '' : `\nLog:\n${logLines.join('\n')}\n`;
  return `${writeResult(result, form)}${log}`;
}

function describeFields(fields: object, indent: string): string[] {
  return Object.entries(fields).flatMap(([name, value]) => describe(name, value, indent));
}

function describe(name: string, value: unknown, indent: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return describeList(name, value, indent);
  if (typeof value !== 'object') return [`${indent}${name}: ${value}`];
  return [`${indent}${name}:`, ...describeFields(value, `${indent}  `)];
}

function describeList(name: string, items: readonly unknown[], indent: string): string[] {
  if (items.length === 0) return [`${indent}${name}: []`];
  const lines = items.map((item) => `${indent}  ${typeof item === 'object' ? JSON.stringify(item) : item}`);
  return [`${indent}${name}: [`, ...lines, `${indent}]`];
}
