import { AbortedByUser, errorCode, errorMessage } from '../../base/index.ts';

/** How a run went, as reports say it. */
export type ParsedResult = 'Success' | 'Warning' | 'Error' | 'Fatal';

/** The lines of a run by weight. Each list holds the first of them; `counts` says how many there were. */
export interface RunMessages {
  readonly messages: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly counts: { readonly messages: number; readonly warnings: number; readonly errors: number };
}

/** Fields under the names that Duplicati's reports have; JSON-safe. */
export type ResultFields = Readonly<Record<string, unknown>>;

export interface RunFacts {
  /** The name of the command. */
  readonly operation: string;
  readonly beginMs: number;
  readonly endMs: number;
  /** Of the program. */
  readonly version: string;
  readonly messages: RunMessages;
  /** What the user ended early. */
  readonly isInterrupted: boolean;
  /** What the run threw; absent where it ended by itself. */
  readonly failure?: unknown;
  /** What this kind of operation reports beside what all do. */
  readonly fields: ResultFields;
  readonly statistics: ResultFields;
}

/**
 * The result of a run as it is kept, sent and printed: the object of Duplicati's reports (operations 1.7), so
 * that whatever reads those reads these.
 */
export interface ResultObject extends ResultFields {
  readonly MainOperation: string;
  readonly ParsedResult: ParsedResult;
  readonly Interrupted: boolean;
  /** ISO 8601, UTC. */
  readonly BeginTime: string;
  readonly EndTime: string;
}

/** Where it is not the name of the command with a capital. */
const MAIN_OPERATIONS: Readonly<Record<string, string>> = {
  purge: 'PurgeFiles',
  find: 'List',
  'list-filesets': 'ListFilesets',
  compare: 'ListChanges',
  'create-report': 'CreateLogDb',
  'system-info': 'SystemInfo',
  'purge-broken-files': 'PurgeBrokenFiles',
  'list-broken-files': 'ListBrokenFiles',
  'set-locks': 'SetLocks',
  'read-lock-info': 'ReadLockInfo',
  'change-passphrase': 'ChangePassphrase',
};

export function createResultObject(facts: RunFacts): ResultObject {
  const { operation, beginMs, endMs, messages, fields } = facts;
  return {
    MainOperation: mainOperation(operation),
    ParsedResult: parsedResult(facts),
    Interrupted: isInterrupted(facts),
    Version: facts.version,
    BeginTime: new Date(beginMs).toISOString(),
    EndTime: new Date(endMs).toISOString(),
    Duration: formatDuration(endMs - beginMs),
    ...completeParts(fields, facts),
    ...describeFailure(facts.failure),
    MessagesActualLength: messages.counts.messages,
    WarningsActualLength: messages.counts.warnings,
    ErrorsActualLength: messages.counts.errors,
    Messages: messages.messages,
    Warnings: messages.warnings,
    Errors: messages.errors,
    BackendStatistics: facts.statistics,
  };
}

/** Results within the result get what all results have, but for times: those are told of the whole run. */
function completeParts(fields: ResultFields, { version, statistics }: RunFacts): ResultFields {
  const complete = (value: unknown): unknown => {
    if (!isPart(value)) return value;
    const own = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, complete(inner)]));
    return {
      ParsedResult: 'Success',
      Interrupted: false,
      Version: version,
      ...own,
      BackendStatistics: statistics,
    };
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, complete(value)]));
}

function isPart(value: unknown): value is ResultFields {
  return typeof value === 'object' && value !== null && 'MainOperation' in value;
}

/** The name of a command as Duplicati's reports spell it: `backup` is `Backup`. */
export function mainOperation(operation: string): string {
  return MAIN_OPERATIONS[operation] ?? `${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
}

function parsedResult(facts: RunFacts): ParsedResult {
  const { messages, fields, failure } = facts;
  if (failure !== undefined && !isInterrupted(facts)) return 'Fatal';
  const failedFiles = fields['FilesWithError'];
  if (messages.counts.errors > 0 || (typeof failedFiles === 'number' && failedFiles > 0)) return 'Error';
  return messages.counts.warnings > 0 || fields['PartialBackup'] === true ? 'Warning' : 'Success';
}

/** An abort that the user asked for is no failure. */
function isInterrupted({ failure, isInterrupted }: RunFacts): boolean {
  return isInterrupted || failure instanceof AbortedByUser;
}

function describeFailure(failure: unknown): ResultFields {
  if (failure === undefined) return {};
  return { ErrorID: errorCode(failure) ?? 'unexpected', Exception: errorMessage(failure) };
}

/** A length of time in the form of .NET: `01:02:03.4560000`, with days before where there are any. */
function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  const pad = (value: number, length: number) => `${value}`.padStart(length, '0');
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const text = clock.map((part) => pad(part, 2)).join(':');
  return `${days > 0 ? `${days}.` : ''}${text}.${pad(ms % 1000, 3)}0000`;
}
