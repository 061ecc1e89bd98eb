import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { errorCode, errorMessage } from '../../base/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import { keepNewestOnly } from '../cleanup/keep-newest-only.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, tellAbout, tellEvent } from '../context.ts';
import { checkDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import type { MirrorEvent } from '../events.ts';
import { holdSource } from '../hold-source.ts';
import { openConnection } from '../ssh/connection.ts';
import { measureVersion } from '../tree/measure.ts';
import { completeVersion, freeVersionName } from './complete-version.ts';
import { copyFiles } from './copy-files.ts';
import { dropPartialFolder, preparePartialFolder } from './partial-folder.ts';
import { createSide, type PullJob, type PullParts } from './pull-job.ts';
import { absoluteIncludes, reachSource } from './reach-source.ts';
import { runCommands, runEachCommand } from './run-commands.ts';
import { settleEarlierRuns } from './settle-earlier.ts';
import { storeDumps } from './store-dumps.ts';
import { storeInVault } from './store-in-vault.ts';

/** How long the always-commands may take after an abort. */
const LAST_WORDS_MS = 10_000;

/** How a pull ended. */
export interface PullOutcome {
  readonly source: string;
  readonly state: 'completed' | 'failed' | 'busy';
  readonly run: MirrorRun | undefined;
  /** Where it failed, and why. */
  readonly step: string | undefined;
  readonly error: unknown;
}

/**
 * Pulls a source once, from logging in to the completed version. A failure is told, booked and answered, not
 * thrown; an abort is both booked and thrown.
 */
export async function pullSource(
  given: Source,
  parts: PullParts,
  context: MirrorContext,
): Promise<PullOutcome> {
  using held = holdSource(given, 'pull', context);
  if (held === undefined) return busyOutcome(given);
  const { source } = held;
  await settleEarlierRuns(source, context);
  // Awaited, so that the lock is held until the run has ended.
  return await runPull(source, parts, context);
}

/** What is answered for a source that somebody works on already. */
export function busyOutcome({ name }: Source): PullOutcome {
  const error = new MirrorError(
    'pull-source-busy',
    `The source '${name}' is being pulled already, or cleaned up.`,
    {
      details: { source: name },
      hint: 'One run of a source goes on at a time. Wait for its end.',
      retryable: true,
    },
  );
  return { source: name, state: 'busy', run: undefined, step: undefined, error };
}

async function runPull(source: Source, parts: PullParts, context: MirrorContext): Promise<PullOutcome> {
  const { database, clock } = context;
  const startedMs = clock.now();
  const token = randomUUID();
  const runId = database.runs.begin({
    sourceId: source.id,
    destinationId: source.destination.id,
    token,
    processId: process.pid,
    startedMs,
  });
  const tell = tellAbout(context, {
    task: 'pull',
    sourceId: source.id,
    destinationId: source.destination.id,
    runId,
    name: source.name,
  });
  using connection = openConnection(source, context.tools);
  let warnings = 0;
  const job: PullJob = {
    source,
    context,
    runId,
    side: createSide(connection, context, token),
    tell,
    note: (facts) => database.runs.note(runId, facts),
    warn: (id, text) => {
      warnings++;
      tell('warning', id, text);
      database.runs.note(runId, { warnings });
    },
    startedMs,
  };
  const failure = await attempt(job, parts);
  const run = database.runs.get(runId);
  if (run === undefined) throw new Error(`run ${runId} has no row`);
  tellEvent(source, context, describeEnd(job, run, failure));
  if (failure !== undefined && context.signal.aborted) throw failure.error;
  return {
    source: source.name,
    state: failure === undefined ? 'completed' : 'failed',
    run,
    step: failure?.step,
    error: failure?.error,
  };
}

interface Failure {
  readonly step: string;
  readonly error: unknown;
}

async function attempt(job: PullJob, parts: PullParts): Promise<Failure | undefined> {
  const steps = new Steps(job);
  let failure: Failure | undefined;
  try {
    await takeSteps(job, parts, steps);
  } catch (error) {
    failure = { step: steps.current, error };
  }
  if (steps.isReached) await runAlwaysCommands(job);
  const endedMs = job.context.clock.now();
  if (failure === undefined) return undefined;
  job.tell('error', 'pull-failed', `Failed at the step ${failure.step}: ${errorMessage(failure.error)}`);
  const output = failure.error instanceof MirrorError ? failure.error.details['output'] : undefined;
  if (typeof output === 'string' && output !== '') job.tell('error', 'pull-output', output);
  // A version that is complete stays one, whatever failed behind it.
  const state = job.context.database.runs.get(job.runId)?.state === 'completed' ? 'completed' : 'failed';
  job.note({ state, endedMs, message: errorMessage(failure.error) });
  return failure;
}

/** Names the step that a run is in. */
class Steps {
  readonly #job: PullJob;
  current = '';
  /** True once the source has answered. */
  isReached = false;

  constructor(job: PullJob) {
    this.#job = job;
  }

  begin(step: string): void {
    this.#job.side.signal.throwIfAborted();
    this.current = step;
    this.#job.note({ step });
    this.#job.context.report({ source: this.#job.source.name, step, bytes: 0, percent: undefined });
  }
}

async function takeSteps(job: PullJob, parts: PullParts, steps: Steps): Promise<void> {
  const { source, side, context } = job;
  const { settings } = source;
  steps.begin('reach-source');
  const reached = await reachSource(side, job.warn);
  steps.isReached = true;
  job.tell('information', 'pull-reached', `Logged in as ${reached.user}.`);
  steps.begin('check-destination');
  await checkRoom(job);
  steps.begin('prepare-folder');
  const partial = await preparePartialFolder(source, side.signal);
  const previous = findPrevious(source, context);
  steps.begin('pre-commands');
  await runList(job, 'pre');
  steps.begin('dumps');
  await storeDumps(side, settings.get('dump') ?? [], { version: partial.path, previous });
  steps.begin('copy');
  await copyFiles(job, absoluteIncludes(settings.get('include'), reached.home), { partial, previous });
  steps.begin('post-commands');
  await runPostCommands(job);
  steps.begin('measure');
  await measure(job, partial.path);
  steps.begin('complete');
  const folder = freeVersionName(source, job.startedMs);
  job.note({ folder });
  await completeVersion(job, folder);
  job.note({ state: 'completed', endedMs: context.clock.now() });
  job.tell('information', 'pull-completed', `Version ${folder} is complete.`);
  if (settings.get('mode') !== 'mirror') {
    steps.begin('vault');
    await storeInVault(job, parts);
    if (settings.get('mode') === 'vault') await keepNewestOnly(source, context);
  }
}

/** What a failed run of this source left may be what fills the disk: it goes before the pull is given up. */
async function checkRoom({ source, tell }: PullJob): Promise<void> {
  try {
    checkDestination(source.destination);
  } catch (error) {
    if (errorCode(error) !== 'pull-destination-full' || !(await dropPartialFolder(source))) throw error;
    tell(
      'information',
      'pull-partial-dropped',
      'The destination is full: what a failed run had left was deleted.',
    );
    checkDestination(source.destination);
  }
}

/** The folder of the newest version, where it is on the same disk and can be linked to. */
function findPrevious(source: Source, { database }: MirrorContext): string | undefined {
  const folders = database.runs
    .versions(source.id)
    .flatMap(({ folder }) => (folder === undefined ? [] : [join(source.folder, folder)]));
  const device = statSync(source.folder).dev;
  return folders.find((folder) => existsSync(folder) && statSync(folder).dev === device);
}

async function runList(job: PullJob, list: 'pre' | 'post'): Promise<void> {
  const commands = job.source.settings.get(`${list}-command`) ?? [];
  if (commands.length === 0) return;
  const output = await runCommands(job.side, commands, list);
  job.tell('information', `pull-${list}-commands`, output === '' ? `The ${list}-commands ran.` : output);
}

/** What was copied is whole, so that a failure here makes no version worthless. */
async function runPostCommands(job: PullJob): Promise<void> {
  try {
    await runList(job, 'post');
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    job.warn('pull-post-command-failed', error.message);
  }
}

/** They run after an abort too, and then have little time. */
async function runAlwaysCommands(job: PullJob): Promise<void> {
  const commands = job.source.settings.get('always-command') ?? [];
  const { signal } = job.side;
  const side = signal.aborted ? { ...job.side, signal: AbortSignal.timeout(LAST_WORDS_MS) } : job.side;
  try {
    for (const text of await runEachCommand(side, commands)) job.warn('pull-always-command-failed', text);
  } catch (error) {
    job.warn('pull-always-command-failed', errorMessage(error));
  }
}

async function measure(job: PullJob, folder: string): Promise<void> {
  try {
    job.note(await measureVersion(folder, job.side.signal));
  } catch (error) {
    job.side.signal.throwIfAborted();
    job.warn('pull-not-measured', `The size is not known: ${errorMessage(error)}`);
  }
}

function describeEnd({ source }: PullJob, run: MirrorRun, failure: Failure | undefined): MirrorEvent {
  const names = { source: source.name, destination: source.destination.name };
  if (failure !== undefined)
    return { kind: 'pull-failed', ...names, step: failure.step, message: errorMessage(failure.error) };
  return {
    kind: 'pull-completed',
    ...names,
    version: run.folder,
    durationMs: (run.endedMs ?? run.startedMs) - run.startedMs,
    apparentBytes: run.apparentBytes,
    addedBytes: run.addedBytes,
    warnings: run.warnings,
  };
}
