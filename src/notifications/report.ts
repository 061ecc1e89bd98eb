/** How what is reported went, in the words of reports. */
export type ReportResult = 'Success' | 'Warning' | 'Error' | 'Fatal';

/** What somebody is to be told, before it takes the form of a channel. */
export interface Report {
  /** As in `%OPERATIONNAME%`: `Backup`. */
  readonly operation: string;
  /**
   * `usual`: at the levels that the channel wants; `other`: only where it wants every operation; `always`:
   * asked for just now, whatever the level.
   */
  readonly kind: 'usual' | 'other' | 'always';
  readonly result: ReportResult;
  /** What happened, as lines for people and as one object. */
  readonly text: string;
  readonly data: object;
  /** What ended the operation, where something did. */
  readonly exception?: string;
  /** Further values for templates, by their names in lower case. They win over options of the same name. */
  readonly values: ReadonlyMap<string, string>;
}
