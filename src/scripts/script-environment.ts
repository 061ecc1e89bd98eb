/** The moments at which a script runs. */
export type ScriptEvent = 'BEFORE' | 'AFTER' | 'POST-BACKUP';

/** What a script is told of the run. */
export interface ScriptFacts {
  readonly event: ScriptEvent;
  /** As reports call it: `Backup`. */
  readonly operation: string;
  readonly destination: string;
  readonly sources: readonly string[];
  readonly pathListSeparator: ':' | ';';
  /** All options that were given, `null` for those without a value. */
  readonly options: Readonly<Record<string, string | null>>;
  /** How the run went, once it is over. */
  readonly parsedResult?: string | undefined;
  /** A file that holds the result. */
  readonly resultFile?: string | undefined;
}

const PREFIX = 'DUPLICATI__';

/**
 * The variables that scripts find in their environment, under the names that scripts for Duplicati read
 * (operations 2.7).
 */
export function scriptVariables(facts: ScriptFacts): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts.options))
    variables[PREFIX + name.replaceAll('-', '_')] = value ?? 'true';
  const told = {
    EVENTNAME: facts.event,
    OPERATIONNAME: facts.operation,
    REMOTEURL: facts.destination,
    LOCALPATH: facts.sources.join(facts.pathListSeparator),
    PARSED_RESULT: facts.parsedResult,
    RESULTFILE: facts.resultFile,
  };
  for (const [name, value] of Object.entries(told)) if (value !== undefined) variables[PREFIX + name] = value;
  return variables;
}
