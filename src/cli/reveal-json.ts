import { readFileSync } from 'node:fs';

/**
 * The JSON in an option, or in the file that it names, with its texts changed; what is written as
 * `name=value` is changed in its value. Whatever cannot be read or understood is returned as it is, for
 * whoever reads the option to say so.
 */
export function revealJson(option: string, change: (text: string) => string): string {
  const json = tryRead(option);
  if (json === undefined) return option;
  const changed = changeTexts(json, (text) => {
    const pair = /^([^=:?]+=)(.*)$/s.exec(text);
    return pair === null ? change(text) : `${pair[1] ?? ''}${change(pair[2] ?? '')}`;
  });
  return JSON.stringify(changed);
}

function changeTexts(json: unknown, change: (text: string) => string): unknown {
  if (typeof json === 'string') return change(json);
  if (Array.isArray(json)) return json.map((item) => changeTexts(item, change));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, changeTexts(value, change)]));
}

function tryRead(option: string): unknown {
  try {
    return JSON.parse(option.trimStart().startsWith('{') ? option : readFileSync(option, 'utf8'));
  } catch {
    return undefined;
  }
}
