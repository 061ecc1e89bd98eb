import { splitArguments } from '../base/index.ts';

/** How par2 is called. */
export interface Par2Settings {
  /** The program, by path or by name on the search path. Default `par2`. */
  readonly programPath?: string | undefined;
  /** How many percent of a volume its parity data can mend; from 1 on. */
  readonly redundancyPercent: number;
  /** Further arguments, one line, double quotes around those with spaces. They overrule those that Ashlar gives. */
  readonly extraOptions?: string | undefined;
}

/** Volumes are protected under this name, as Duplicati has it. */
export const PROTECTED_NAME = 'data';
/** The first of the files that par2 writes; the others add to `volume`. */
export const PARITY_NAME = 'volume.par2';

/** The time that par2 takes grows with the number of pieces; so many still mend a few dozen damaged places. */
const PIECES = 500;
/** Small volumes are cut into sectors of disks, and very small ones into a few pieces. */
const SECTOR_BYTES = 4096;
const LEAST_PIECES = 16;
/** A damaged place may lie across the border of two pieces. */
const LEAST_RECOVERY_PIECES = 2;
const PIECE_ALIGNMENT_BYTES = 4;

/** The arguments that write parity data for a file of the given length. */
export function protectArguments(settings: Par2Settings, sizeBytes: number): string[] {
  const extra = splitArguments(settings.extraOptions ?? '');
  const { pieceBytes, recoveryPieces } = divide(sizeBytes, settings.redundancyPercent);
  const own = [
    { argument: `-s${pieceBytes}`, excludes: /^-[sb]/ },
    { argument: `-c${recoveryPieces}`, excludes: /^-[cr]/ },
    { argument: '-n1', excludes: /^-[nlu]/ },
  ].filter(({ excludes }) => !extra.some((given) => excludes.test(given)));
  return [
    ...['create', '-q', '-q', ...own.map(({ argument }) => argument), ...extra],
    ...['--', PARITY_NAME, PROTECTED_NAME],
  ];
}

/** The arguments that mend the protected file in the current folder. */
export function mendArguments(): string[] {
  return ['repair', '-q', '-q', '--', PARITY_NAME];
}

function divide(
  sizeBytes: number,
  redundancyPercent: number,
): { pieceBytes: number; recoveryPieces: number } {
  const wanted = Math.max(sizeBytes / PIECES, Math.min(SECTOR_BYTES, sizeBytes / LEAST_PIECES), 1);
  const pieceBytes = Math.ceil(wanted / PIECE_ALIGNMENT_BYTES) * PIECE_ALIGNMENT_BYTES;
  const pieces = Math.ceil(sizeBytes / pieceBytes);
  const recoveryPieces = Math.max(LEAST_RECOVERY_PIECES, Math.ceil((pieces * redundancyPercent) / 100));
  return { pieceBytes, recoveryPieces };
}
