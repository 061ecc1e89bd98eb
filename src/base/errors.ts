/** JSON-safe facts about an error: names, sizes, places. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface BackupErrorOptions {
  readonly details?: ErrorDetails;
  /** What the user can do next. */
  readonly hint?: string;
  /** True when the same call may succeed later without any change by a person. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export interface SerializedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly details: ErrorDetails;
}

/**
 * An error that a user can meet. `code` is stable kebab-case and is what callers match on; `message` is one
 * sentence that says what could not be done and why; `hint` says what to do next. Broken invariants of the
 * program itself stay plain `Error`.
 */
export class BackupError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: BackupErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }

  toJSON(): SerializedError {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      retryable: this.retryable,
      details: this.details,
    };
  }

  /** Revives what `toJSON` gave, on the other side of a thread or a connection. */
  static fromJSON(json: SerializedError): BackupError {
    const error = new BackupError(json.code, json.message, {
      details: json.details,
      retryable: json.retryable,
      ...(json.hint === undefined ? {} : { hint: json.hint }),
    });
    error.name = json.name;
    return error;
  }
}

/** Bytes that are not what the storage format says. `details` names the file and the place where known. */
export class FormatError extends BackupError {
  constructor(code: FormatErrorCode, message: string, options: BackupErrorOptions = {}) {
    super(code, message, options);
  }
}

export type FormatErrorCode =
  | 'volume-corrupt'
  | 'volume-truncated'
  | 'volume-unsupported'
  | 'volume-too-large'
  | 'manifest-mismatch'
  | 'block-corrupt'
  | 'filelist-corrupt'
  | 'metadata-corrupt';

/** The code of any error: ours, or Node's (`ENOENT`), or `undefined`. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Any thrown value as a `SerializedError`, for crossing threads. What has no code is a fault of the program,
 * and its message says where it came from.
 */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof BackupError) return error.toJSON();
  const code = errorCode(error);
  const origin = code === undefined && error instanceof Error ? error.stack : undefined;
  return {
    name: error instanceof Error ? error.name : 'Error',
    code: code ?? 'internal',
    message: origin ?? errorMessage(error),
    retryable: false,
    details: {},
  };
}
