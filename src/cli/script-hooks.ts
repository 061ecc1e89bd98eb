import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError, type Log } from '../base/index.ts';
import { mainOperation, type ResultObject, writeReport } from '../operations/index.ts';
import type { Environment, ProgramSettings } from '../options/index.ts';
import {
  judgeExitCode,
  parseScriptOutput,
  runScript,
  type ScriptEnd,
  type ScriptEvent,
  scriptVariables,
  splitCommandLine,
} from '../scripts/index.ts';

export interface ScriptHooks {
  /**
   * Runs the scripts of `--run-script-before-required` and `--run-script-before`. Throws `script-failed`
   * where the first does not succeed.
   */
  before(): Promise<BeforeAnswer>;
  /** Runs that of `--run-script-post-backup`. */
  postBackup(): Promise<void>;
  /** Runs that of `--run-script-after` with the result. It fails nothing any more. */
  after(result: ResultObject): Promise<void>;
}

/** What the scripts want of the operation. */
export interface BeforeAnswer {
  /** Options to change, by name. */
  readonly changes: ReadonlyMap<string, string | null>;
  /** Whether the operation is to run; if not, how that is to be taken. */
  readonly verdict: { readonly runs: boolean; readonly weight: 'ok' | 'warning' | 'error' };
}

export interface HookContext {
  readonly command: string;
  readonly positionals: readonly string[];
  readonly settings: ProgramSettings;
  readonly environment: Environment;
  readonly pathListSeparator: ':' | ';';
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The lines for the result file. */
  readonly logLines: () => readonly string[];
}

/** The user's scripts around one command. */
export function createScriptHooks(context: HookContext): ScriptHooks {
  const { settings } = context;
  return {
    before: () => runBefore(context),
    postBackup: async () => {
      const value = settings.get('run-script-post-backup');
      if (value !== undefined) await runOptional(context, { value, event: 'POST-BACKUP' });
    },
    after: async (result) => {
      const value = settings.get('run-script-after');
      if (value !== undefined) await runOptional(context, { value, event: 'AFTER', result });
    },
  };
}

async function runBefore(context: HookContext): Promise<BeforeAnswer> {
  const { settings } = context;
  const changes = new Map<string, string | null>();
  const required = settings.get('run-script-before-required');
  if (required !== undefined) {
    const end = await run(context, { value: required, event: 'BEFORE' });
    if (end.exitCode !== 0) throw scriptFailed(required, end);
    for (const [name, value] of parseScriptOutput(end.output).changes) changes.set(name, value);
  }
  const optional = settings.get('run-script-before');
  if (optional === undefined) return { changes, verdict: { runs: true, weight: 'ok' } };
  const end = await runOptional(context, { value: optional, event: 'BEFORE' });
  for (const [name, value] of parseScriptOutput(end?.output ?? '').changes) changes.set(name, value);
  return { changes, verdict: judgeExitCode(end?.exitCode ?? 0) };
}

interface Call {
  readonly value: string;
  readonly event: ScriptEvent;
  readonly result?: ResultObject;
}

/** Runs a script whose failure is only told. `undefined`: it could not be run to its end. */
async function runOptional(context: HookContext, call: Call): Promise<ScriptEnd | undefined> {
  const { log } = context;
  try {
    const end = await run(context, call);
    if (end.exitCode === undefined) {
      log.write('warning', 'script-timeout', `The script '${call.value}' was ended: it took too long.`);
      return undefined;
    }
    const { weight } = judgeExitCode(end.exitCode);
    if (weight !== 'ok')
      log.write(
        weight,
        'script-exit-code',
        `The script '${call.value}' ended with exit code ${end.exitCode}.`,
      );
    return end;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    log.write('warning', error.code, error.message);
    return undefined;
  }
}

async function run(context: HookContext, { value, event, result }: Call): Promise<ScriptEnd> {
  const { settings, log } = context;
  const [program = value, ...rest] = settings.get('run-script-with-arguments')
    ? splitCommandLine(value)
    : [value];
  using resultFile = result === undefined ? undefined : keepResultFile(result, context);
  const [destination = '', ...sources] = context.positionals;
  const end = await runScript({
    program,
    arguments: rest,
    environment: {
      ...context.environment,
      ...scriptVariables({
        event,
        operation: mainOperation(context.command),
        destination,
        sources,
        pathListSeparator: context.pathListSeparator,
        options: settings.texts,
        parsedResult: result?.ParsedResult,
        resultFile: resultFile?.path,
      }),
    },
    timeoutMs: settings.get('run-script-timeout'),
    signal: context.signal,
  });
  for (const { level, text } of parseScriptOutput(end.output).log) log.write(level, 'script-output', text);
  const complaint = end.errorOutput.trim();
  if (complaint !== '') log.write('warning', 'script-stderr', `The script '${value}' printed: ${complaint}`);
  return end;
}

interface ResultFile extends Disposable {
  readonly path: string;
}

/** The result in a private temporary file, for as long as the script runs. */
function keepResultFile(result: ResultObject, { settings, logLines }: HookContext): ResultFile {
  const folder = mkdtempSync(join(settings.get('tempdir') ?? tmpdir(), 'ashlar-result-'));
  const path = join(folder, 'result');
  const form = settings.get('run-script-result-output-format');
  writeFileSync(path, writeReport(result, logLines(), form), { mode: 0o600 });
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function scriptFailed(script: string, { exitCode }: ScriptEnd): BackupError {
  const how = exitCode === undefined ? 'took too long' : `ended with exit code ${exitCode}`;
  return new BackupError('script-failed', `The required script '${script}' ${how}.`, {
    details: { script, exitCode: exitCode ?? null },
    hint: 'The operation was not started. Mend the script, or give it as --run-script-before.',
  });
}
