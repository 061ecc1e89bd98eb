/** What somebody may want to be told of. A paused source sends none of its own. */
export type MirrorEvent =
  | {
      readonly kind: 'pull-completed';
      readonly source: string;
      readonly destination: string;
      readonly version: string | undefined;
      readonly durationMs: number;
      readonly apparentBytes: number | undefined;
      readonly addedBytes: number | undefined;
      readonly warnings: number;
    }
  | {
      readonly kind: 'pull-failed';
      readonly source: string;
      readonly destination: string;
      readonly step: string;
      readonly message: string;
    }
  | { readonly kind: 'cleanup-completed'; readonly source: string; readonly deleted: number }
  | { readonly kind: 'cleanup-failed'; readonly source: string; readonly message: string }
  | { readonly kind: 'source-healthy'; readonly source: string }
  | { readonly kind: 'source-unhealthy'; readonly source: string; readonly problems: readonly string[] }
  | { readonly kind: 'destination-healthy'; readonly destination: string }
  | {
      readonly kind: 'destination-unhealthy';
      readonly destination: string;
      readonly problems: readonly string[];
    }
  | { readonly kind: 'summary'; readonly text: string };

/** Where events go. An `emit` does not throw: that nobody can be told does not make a pull fail. */
export interface MirrorEvents {
  emit(event: MirrorEvent): void;
}
