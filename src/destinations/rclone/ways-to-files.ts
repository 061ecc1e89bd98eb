/** A file in rclone's words. */
export interface FilePlace {
  readonly folder: string;
  readonly name: string;
}

/** A folder of a named remote, in two: what is above it, and its own name. */
const FOLDER = /^([^:,]+:(?:.*\/)?)([^/]+)$/;

/**
 * The ways to the files of a folder: as files of the folder, and as files of the folder above it. rclone keeps
 * its distance between the calls for one folder, 10 ms with most remotes, and reading a file takes two calls;
 * so those who read files of a few megabytes take turns.
 */
export class WaysToFiles {
  readonly #folder: string;
  #above: RegExpExecArray | null;
  #isTurnOfAbove = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#above = FOLDER.exec(folder);
  }

  /** The way that always leads there. */
  plain(name: string): FilePlace {
    return { folder: this.#folder, name };
  }

  /** The way above, every second time; `undefined` where there is none, or it is not this one's turn. */
  nextAbove(name: string): FilePlace | undefined {
    this.#isTurnOfAbove = !this.#isTurnOfAbove;
    const [, above = '', own = ''] = this.#above ?? [];
    return above === '' || this.#isTurnOfAbove ? undefined : { folder: above, name: `${own}/${name}` };
  }

  /** For remotes that let nobody look above the folder. */
  forgetAbove(): void {
    this.#above = null;
  }
}
