/** What the program ends with. (Numbers: those of Duplicati's command line.) */
export const EXIT_CODES = {
  success: 0,
  nothingUploaded: 1,
  warnings: 2,
  errors: 3,
  stopped: 50,
  failed: 100,
  invalidCommandLine: 200,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

const MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  success: 'Success.',
  nothingUploaded: 'The backup succeeded; nothing had to be uploaded.',
  warnings:
    'The backup, the restore or another change (compact, delete, purge, repair, …) succeeded, with warnings. Commands that answer a question end with 0.',
  errors: 'The backup or another change finished with errors, or a test found errors.',
  stopped: 'It was stopped. What a backup had stored by then is a partial version.',
  failed: 'It failed.',
  invalidCommandLine: 'The command line is wrong; nothing was done.',
};

/** Codes and meanings, for help and documentation. */
export const exitCodeRows: readonly (readonly [string, string])[] = Object.entries(EXIT_CODES).map(
  ([name, code]) => [`${code}`, MEANINGS[name as keyof typeof EXIT_CODES]],
);
