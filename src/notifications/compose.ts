import type { ChannelSettings } from './channel-settings.ts';
import { hidePaths, mapTexts } from './hide-paths.ts';
import type { Report } from './report.ts';
import { fillTemplate, namesIn } from './template.ts';

/** What a channel makes a message from. */
export interface Material {
  readonly report: Report;
  readonly lines: readonly string[];
  /** The values that the templates may name, but for the result. */
  readonly values: ReadonlyMap<string, string>;
  readonly settings: ChannelSettings;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Values that every report as an object holds; others only where the template names them. */
const ALWAYS_TOLD: readonly string[] = [
  'operationname',
  'machine-id',
  'machine-name',
  'backup-id',
  'backup-name',
];
/** How the fields of the object are spelt where that is not the name in the template. (Server and UI 25.1.) */
const SPELLINGS: Readonly<Record<string, string>> = {
  operationname: 'OperationName',
  remoteurl: 'RemoteUrl',
  localpath: 'LocalPath',
  parsedresult: 'ParsedResult',
};

/** A line of a message, such as its subject, in which `%RESULT%` is a word. */
export function composeLine(template: string, material: Material): string {
  const { report, values, redact } = material;
  const filled = fillTemplate(template, new Map([...values, ['result', report.result]]));
  return redact(filled).replaceAll(/\s+/g, ' ').trim();
}

/** The text of a message in the format that the channel was given. */
export function composeBody(template: string, material: Material): string {
  return material.settings.format === 'Json'
    ? composeJson(template, material)
    : composeText(template, material);
}

function composeText(template: string, { report, lines, values, settings, redact }: Material): string {
  const log = lines.length === 0 ? '' : `\nLog:\n${lines.join('\n')}\n`;
  const result = `${report.text}${log}`;
  const shown = settings.allowsPaths ? result : hidePaths(result);
  return redact(fillTemplate(template, new Map([...values, ['result', shown]])));
}

/** The report as an object; of the template, only the names in it count. */
export function composeJson(template: string, { report, lines, values, settings, redact }: Material): string {
  const asked = namesIn(template);
  const extra = new Map<string, string>();
  for (const [name, value] of values)
    if (ALWAYS_TOLD.includes(name) || asked.has(name)) extra.set(SPELLINGS[name] ?? name, value);
  for (const [name, value] of settings.extraParameters) extra.set(name, value);
  const clean = (text: string): string => redact(settings.allowsPaths ? text : hidePaths(text));
  return JSON.stringify({
    Data: mapTexts(report.data, clean),
    Extra: mapTexts(Object.fromEntries(extra), redact),
    LogLines: lines.map(clean),
    Exception: report.exception === undefined ? null : clean(report.exception),
  });
}
