import { redactUrl } from '../../destinations/index.ts';
import { type ProgramSettings, programOptions } from '../../options/index.ts';

const HIDDEN = '***';
/** A secret of fewer characters is part of so many words that hiding it would show what it is. */
const LEAST_LENGTH = 4;

/** Takes secrets, and the passwords in destination URLs, out of texts that are kept. */
export class Redactor {
  /** The longest first: one may be part of another. */
  #secrets: readonly string[] = [];

  /** Hides these from now on. */
  hide(secrets: readonly string[]): void {
    const all = new Set([...this.#secrets, ...secrets.filter((secret) => secret.length >= LEAST_LENGTH)]);
    this.#secrets = [...all].sort((one, other) => other.length - one.length);
  }

  readonly redact = (text: string): string => {
    const shown = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return redactUrls(shown);
  };
}

/** Where messages quote what they were given. */
const QUOTED_URL = /(?<=(['"]))[a-z][a-z0-9+.-]*:\/\/.*?(?=\1(?:[\s.,;:)]|$))/gi;

/**
 * The text without the passwords in its URLs, and where one is quoted also without the values of its options. A
 * URL may stand where something else was asked for, and so come into a message about that.
 */
export function redactUrls(text: string): string {
  return text
    .replace(QUOTED_URL, (url) => redactUrl(url))
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*):[^/?#\s@]+@/gi, `$1:${HIDDEN}@`);
}

/** The values of the secret options that were given. */
export function secretValues({ texts }: ProgramSettings): readonly string[] {
  return programOptions.filter(({ type }) => type === 'secret').flatMap(({ name }) => texts[name] ?? []);
}
