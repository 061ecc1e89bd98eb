import type { Clock, Log } from '../base/index.ts';
import type { MirrorDatabase, MirrorLogLevel, MirrorTask } from '../database/index.ts';
import type { Source } from './configuration/configuration.ts';
import type { MirrorEvent, MirrorEvents } from './events.ts';
import type { Tools } from './tools.ts';

/** How far the pull of one source is. */
export interface PullProgress {
  readonly source: string;
  readonly step: string;
  readonly bytes: number;
  /** Of the bytes that rsync knows of so far. */
  readonly percent: number | undefined;
}

/** What every part of the room is given. */
export interface MirrorContext {
  readonly database: MirrorDatabase;
  readonly tools: Tools;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** True once no further pull is to begin. */
  readonly isStopping: () => boolean;
  readonly events: MirrorEvents;
  readonly report: (progress: PullProgress) => void;
}

/** What a line of the log is about. */
export interface LogSubject {
  readonly task: MirrorTask;
  readonly sourceId?: number;
  readonly destinationId?: number;
  readonly runId?: number;
  /** Before the text on the terminal: the name of the source or destination. */
  readonly name: string;
}

export type Tell = (level: MirrorLogLevel, id: string, text: string) => void;

/** A function that writes lines both to the kept log and to the one of the process. */
export function tellAbout(context: MirrorContext, subject: LogSubject): Tell {
  return (level, id, text) => {
    context.database.log.add({
      atMs: context.clock.now(),
      task: subject.task,
      level,
      sourceId: subject.sourceId,
      destinationId: subject.destinationId,
      runId: subject.runId,
      text: text.trim(),
    });
    context.log.write(level, id, `${subject.name}: ${text.trim()}`);
  };
}

/** Tells an event of a source, unless its notifications are paused. */
export function tellEvent(
  { settings }: Source,
  { events, clock }: Pick<MirrorContext, 'events' | 'clock'>,
  event: MirrorEvent,
): void {
  const pausedUntilMs = settings.get('paused-until');
  if (pausedUntilMs === undefined || pausedUntilMs <= clock.now()) events.emit(event);
}
