import { constants, copyFileSync } from 'node:fs';
import { errorMessage, profile } from '../../base/index.ts';
import { type FileFlag, type Metadata, parseMetadataBlob } from '../../format/index.ts';
import {
  applyFlags,
  applyMetadata,
  type EntryKind,
  punchHoles,
  type SourceError,
  type TargetGuard,
} from '../../sources/index.ts';
import { ENTRY_FLAGS, ENTRY_STATES, RESTORE_KINDS, type RestoreTable } from '../restore-table.ts';
import type { ContentWriter } from './content-writer.ts';
import { EntryFault } from './entry-fault.ts';
import type { KeptMetadata } from './kept-metadata.ts';
import type { RestoreLedger } from './restore-ledger.ts';
import type { RestoreRules } from './restore-messages.ts';
import { targetPath } from './target-path.ts';

export interface FinisherParts {
  readonly table: RestoreTable;
  readonly guard: TargetGuard;
  readonly writer: ContentWriter;
  readonly kept: KeptMetadata;
  readonly ledger: RestoreLedger;
}

/**
 * Makes entries whose blocks are all there what they are to be. Throws where an entry cannot be made;
 * metadata that cannot be applied is noted.
 */
export class EntryFinisher {
  readonly #parts: FinisherParts;
  readonly #rules: RestoreRules;

  constructor(parts: FinisherParts, rules: RestoreRules) {
    this.#parts = parts;
    this.#rules = rules;
  }

  /** `blob` is the metadata where it is at hand; else it is taken from the kept ones. */
  complete(entry: number, blob?: Uint8Array): void {
    const { table, kept, ledger } = this.#parts;
    const metadata = this.#parse(entry, blob ?? kept.read(entry));
    switch (table.kind[entry]) {
      case RESTORE_KINDS.folder:
        this.#apply(entry, 'folder', metadata);
        break;
      case RESTORE_KINDS.symlink:
        this.#makeSymlink(entry, metadata);
        break;
      default:
        this.#completeFile(entry, metadata);
    }
    table.setState(entry, ENTRY_STATES.done);
    ledger.countDone();
  }

  /**
   * Makes an entry from another one with the same content and metadata: as another name of it where it was
   * one, else as a copy.
   */
  repeat(entry: number, model: number): void {
    const { table, guard, kept, ledger } = this.#parts;
    if (table.getState(model) !== ENTRY_STATES.done) {
      throw new EntryFault(`its content is that of '${table.path(model)}', which could not be restored`);
    }
    const metadata = this.#parse(entry, kept.read(model));
    const path = this.#path(entry);
    if (metadata?.extensions?.hardlink !== undefined) {
      guard.createHardLink(path, this.#path(model));
    } else if (table.sizeBytes[entry] === 0) this.#completeFile(entry, metadata);
    else {
      copyFileSync(
        guard.resolve(this.#path(model)),
        guard.claim(path),
        constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
      );
      table.setState(entry, ENTRY_STATES.started);
      this.#punchHoles(entry, metadata);
      this.#apply(entry, 'file', metadata);
    }
    table.setState(entry, ENTRY_STATES.done);
    ledger.countDone();
  }

  /** Makes a restored file another name of an equal one. Where that fails it stays a file of its own. */
  join(entry: number, model: number): void {
    try {
      this.#parts.guard.createHardLink(this.#path(entry), this.#path(model));
    } catch (error) {
      const text = `'${this.#path(entry)}' could not be made a name of '${this.#path(model)}': ${errorMessage(error)}`;
      this.#parts.ledger.noteProblem({ entry, text, part: 'hard link' });
    }
  }

  /** Gives a file that has all its names its flags. */
  flag(entry: number, flags: readonly FileFlag[]): void {
    if (this.#rules.metadata === 'permissions') this.#note(entry, applyFlags(this.#path(entry), flags));
  }

  #completeFile(entry: number, metadata: Metadata | undefined): void {
    const { table, guard, writer, ledger } = this.#parts;
    const isEmpty = table.sizeBytes[entry] === 0;
    const kind = isEmpty ? metadata?.extensions?.kind : undefined;
    if (kind !== undefined) {
      guard.createSpecial(this.#path(entry), kind, metadata?.extensions?.device);
      this.#apply(entry, kind, metadata);
      return;
    }
    const isUnchanged = table.hasFlag(entry, ENTRY_FLAGS.unchanged);
    if (!isUnchanged) {
      if (isEmpty) writer.writeEmpty(entry);
      else if (!writer.finish(entry))
        throw new EntryFault('its content is not what was stored: the hash differs');
      this.#punchHoles(entry, metadata);
      writer.leave(entry);
    }
    const isNew = !isUnchanged && !table.hasFlag(entry, ENTRY_FLAGS.patch);
    this.#apply(entry, 'file', metadata, isNew);
    const { hardlink, flags = [] } = metadata?.extensions ?? {};
    if (hardlink !== undefined) ledger.noteLinked({ entry, hardlink, flags });
  }

  #punchHoles(entry: number, metadata: Metadata | undefined): void {
    const holes = metadata?.extensions?.holes;
    if (holes !== undefined) punchHoles(this.#parts.guard.resolve(this.#path(entry)), holes);
  }

  #makeSymlink(entry: number, metadata: Metadata | undefined): void {
    const target = metadata?.symlinkTarget;
    if (target === undefined) throw new EntryFault('the target of the link is not known');
    this.#parts.guard.createSymlink(this.#path(entry), target);
    this.#apply(entry, 'symlink', metadata);
  }

  #apply(entry: number, kind: EntryKind, metadata: Metadata | undefined, isNew = false): void {
    if (metadata === undefined || this.#rules.metadata === 'none') return;
    const before = profile.enter('metadata');
    const problems = applyMetadata(this.#path(entry), metadata, {
      kind,
      restorePermissions: this.#rules.metadata === 'permissions',
      restoreSymlinkMetadata: this.#rules.symlinkMetadata === 'apply',
      isNew,
    });
    profile.enter(before);
    this.#note(entry, problems);
  }

  #note(entry: number, problems: readonly SourceError[]): void {
    for (const { message, details } of problems)
      this.#parts.ledger.noteProblem({ entry, text: message, part: String(details['part']) });
  }

  #parse(entry: number, blob: Uint8Array | undefined): Metadata | undefined {
    if (blob === undefined) return undefined;
    try {
      return parseMetadataBlob(blob, this.#parts.table.path(entry));
    } catch (error) {
      this.#parts.ledger.noteProblem({ entry, text: errorMessage(error), part: 'metadata' });
      return undefined;
    }
  }

  #path(entry: number): string {
    return targetPath(this.#parts.guard.root, this.#parts.table.path(entry));
  }
}
