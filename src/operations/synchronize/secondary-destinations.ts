import { readFileSync } from 'node:fs';
import { BackupError, errorCode, type Log } from '../../base/index.ts';
import { parseDuration } from '../../options/index.ts';
import type { RetryPolicy } from '../../transfer/index.ts';
import type { SynchronizeSettings } from './settings.ts';

/** When a destination is brought level: after every backup, after some time, or after some backups. */
export type SyncTrigger =
  | { readonly kind: 'inline' }
  | { readonly kind: 'interval'; readonly intervalMs: number }
  | { readonly kind: 'counting'; readonly backups: number };

/** A further destination that holds what the first one holds. */
export interface SecondaryDestination {
  readonly url: string;
  readonly trigger: SyncTrigger;
  /** Options for this destination: it gets none of those of the backup, which may hold passwords of another storage. */
  readonly options: ReadonlyMap<string, string>;
  readonly manner: Pick<
    SynchronizeSettings,
    'copies' | 'extras' | 'comparesContents' | 'readsBack' | 'isDryRun'
  >;
  readonly retry: RetryPolicy;
  readonly folder: 'create' | 'must-exist';
}

export interface SecondaryDestinations {
  /** Whether a backup with warnings is copied too. */
  readonly onWarnings: boolean;
  readonly destinations: readonly SecondaryDestination[];
}

/**
 * What may stand in an entry, beside `url`. The last ones are taken and change nothing: nobody is asked, and
 * the log is that of the backup.
 */
const ENTRY_KEYS: ReadonlySet<string> = new Set([
  'url',
  'mode',
  'interval',
  'count',
  'auto-create-folders',
  'backend-retries',
  'backend-retry-delay',
  'backend-retry-with-exponential-backoff',
  'dry-run',
  'dst-options',
  'force',
  'global-options',
  'retention',
  'verify-contents',
  'verify-get-after-put',
  'confirm',
  'log-file',
  'log-level',
  'parse-arguments-only',
  'progress',
  'retry',
  'src-options',
]);

const RETRIES = 3;
const RETRY_DELAY_MS = 1000;

/**
 * Reads the value of `remote-sync-json-config`: JSON, or the path of a file that holds it. Throws
 * `secondary-destinations-invalid`; what the JSON holds is in no message, for it may be secret.
 */
export function readSecondaryDestinations(value: string, log: Log): SecondaryDestinations {
  const config = parseObject(value.trimStart().startsWith('{') ? value : readConfigFile(value), 'it');
  const { destinations } = config;
  if (!Array.isArray(destinations)) throw invalid("it has no list 'destinations'");
  checkKeys(config, new Set(['destinations', 'sync-on-warnings']), 'it');
  return {
    onWarnings: isOn(config['sync-on-warnings'], true),
    destinations: destinations.map((entry: unknown, index) => readEntry(entry, index + 1, log)),
  };
}

type Json = Readonly<Record<string, unknown>>;

function readEntry(value: unknown, number: number, log: Log): SecondaryDestination {
  const where = `destination ${number}`;
  if (!isObject(value)) throw invalid(`${where} is no object`);
  checkKeys(value, ENTRY_KEYS, where);
  const { url } = value;
  if (typeof url !== 'string' || url === '') throw invalid(`${where} has no 'url'`);
  return {
    url,
    trigger: readTrigger(value, where, log),
    options: new Map(
      ['global-options', 'dst-options'].flatMap((key) => readPairs(value[key], `${key} of ${where}`)),
    ),
    manner: {
      copies: isOn(value['force'], false) ? 'all' : 'differing',
      extras: isOn(value['retention'], false) ? 'rename' : 'delete',
      comparesContents: isOn(value['verify-contents'], false),
      readsBack: isOn(value['verify-get-after-put'], false),
      isDryRun: isOn(value['dry-run'], false),
    },
    retry: {
      retries: readNumber(value['backend-retries'], RETRIES, `backend-retries of ${where}`),
      delayMs: readNumber(value['backend-retry-delay'], RETRY_DELAY_MS, `backend-retry-delay of ${where}`),
      growth: isOn(value['backend-retry-with-exponential-backoff'], true) ? 'exponential' : 'constant',
    },
    folder: isOn(value['auto-create-folders'], true) ? 'create' : 'must-exist',
  };
}

/** Without a mode, what else is given decides; a mode without its figure falls back to every backup. */
function readTrigger({ mode, interval, count }: Json, where: string, log: Log): SyncTrigger {
  const guessed = interval !== undefined ? 'interval' : count !== undefined ? 'counting' : 'inline';
  const kind = String(mode ?? guessed).toLowerCase();
  if (kind === 'inline') return { kind };
  if (kind !== 'interval' && kind !== 'counting')
    throw invalid(`the mode of ${where} is not inline, interval or counting`);
  if (kind === 'interval' && interval !== undefined)
    return { kind, intervalMs: readInterval(interval, where) };
  if (kind === 'counting' && count !== undefined)
    return { kind, backups: Math.max(1, readNumber(count, 1, `count of ${where}`)) };
  log.write(
    'warning',
    'secondary-destination-inline',
    `Secondary ${where} has the mode ${kind} and no '${kind === 'interval' ? 'interval' : 'count'}'; it is brought level after every backup.`,
  );
  return { kind: 'inline' };
}

function readInterval(value: unknown, where: string): number {
  try {
    return parseDuration(String(value));
  } catch (cause) {
    throw invalid(`the interval of ${where} is no duration`, cause);
  }
}

function readPairs(value: unknown, where: string): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    const match = /^(?:--)?([^=]+)=(.*)$/s.exec(String(item));
    if (match === null) throw invalid(`${where} holds something else than key=value`);
    return [(match[1] ?? '').toLowerCase(), match[2] ?? ''];
  });
}

function readNumber(value: unknown, fallback: number, where: string): number {
  if (value === undefined || value === null) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) return number;
  throw invalid(`${where} is no number`);
}

function isOn(value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  return value === true || ['true', '1', 'yes', 'on'].includes(String(value).toLowerCase());
}

function checkKeys(json: Json, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(json).find((key) => !known.has(key.toLowerCase()));
  if (unknown !== undefined) throw invalid(`${where} has a key '${unknown}' that means nothing`);
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw invalid(`the file cannot be read (${errorCode(cause) ?? 'unknown'})`, cause);
  }
}

function parseObject(text: string, where: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${where} is no JSON`, cause);
  }
  if (isObject(json)) return json;
  throw invalid(`${where} is no JSON object`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string, cause?: unknown): BackupError {
  return new BackupError('secondary-destinations-invalid', `Cannot use --remote-sync-json-config: ${why}.`, {
    hint: 'It is JSON, or the path of a file with it: {"destinations": [{"url": "...", "mode": "inline"}]}.',
    ...(cause === undefined ? {} : { cause }),
  });
}
