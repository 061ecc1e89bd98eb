/** A command on the source whose output becomes a file of the version. */
export interface Dump {
  /** The file's name in the folder `_dumps` of the version. */
  readonly name: string;
  readonly command: string;
}

/** What the text of each type of field becomes. Sizes are bytes, times milliseconds since 1970. */
export interface FieldValues {
  readonly text: string;
  readonly host: string;
  readonly user: string;
  readonly path: string;
  readonly integer: number;
  readonly size: number;
  readonly flag: boolean;
  readonly choice: string;
  readonly cron: string;
  readonly zone: string;
  readonly time: number;
  readonly list: readonly string[];
  readonly paths: readonly string[];
  readonly dumps: readonly Dump[];
}

export type FieldType = keyof FieldValues;
export type FieldValue = FieldValues[FieldType];

/** Where a field may stand. What stands in several places is inherited: source, else destination, else defaults. */
export type FieldPlace = 'source' | 'destination' | 'defaults';

/**
 * One field of the configuration, declared once: words, JSON, its schema, `show` and the documentation come
 * from here.
 */
export interface FieldDeclaration {
  readonly name: string;
  readonly type: FieldType;
  readonly places: readonly FieldPlace[];
  /** One sentence. */
  readonly summary: string;
  readonly default?: FieldValue;
  readonly required?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
}
