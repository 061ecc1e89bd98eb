import { type ProgramSettings, programOptions } from '../../options/index.ts';

const HIDDEN = '***';
/** A secret of fewer characters is part of so many words that hiding it would show what it is. */
const LEAST_LENGTH = 4;

/** Takes the values of secret options, and the password in a destination URL, out of texts that are kept. */
export function createRedactor(settings: ProgramSettings): (text: string) => string {
  const { texts } = settings;
  const secrets = programOptions
    .filter(({ type }) => type === 'secret')
    .flatMap(({ name }) => texts[name] ?? [])
    .filter((secret) => secret.length >= LEAST_LENGTH)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return shown.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*):[^/?#\s@]+@/gi, `$1:${HIDDEN}@`);
  };
}
