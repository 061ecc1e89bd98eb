import { decodeText, encodeTextWithBom, FormatError } from '../base/index.ts';
import { isJsonObject, isSize, quoteJson } from './json-text.ts';
import type { VolumeKind } from './volume-name.ts';

/**
 * One volume in the verification file (storage format 6.5), a list that lets anybody check a destination
 * without the program.
 */
export interface VerificationEntry {
  readonly id: number;
  readonly name: string;
  /** Standard base64, by the file hash algorithm, of the remote bytes; absent when not known. */
  readonly hash?: string;
  readonly sizeBytes: number;
  readonly kind: VolumeKind;
  readonly state: VerificationState;
  /** Until when the storage refuses to delete it, milliseconds since 1970; absent where there is no lock. */
  readonly lockedUntilMs?: number;
}

/** In the order of Duplicati's numbers. */
export const VERIFICATION_STATES = [
  'temporary',
  'uploading',
  'uploaded',
  'verified',
  'deleting',
  'deleted',
] as const;
export type VerificationState = (typeof VERIFICATION_STATES)[number];

/** In the order of Duplicati's numbers. */
const KINDS: readonly VolumeKind[] = ['dblock', 'dlist', 'dindex'];

/** Duplicati's text for a time that was never set; no checker reads these times. */
const NEVER = '"1970-01-01T00:00:00Z"';
const UNUSED_TIMES = `"DeleteGracePeriod":${NEVER},"ArchiveTime":${NEVER}`;

/** The bytes of a verification file. */
export function writeVerificationFile(entries: Iterable<VerificationEntry>): Buffer {
  const texts: string[] = [];
  for (const entry of entries) {
    const hash = entry.hash === undefined ? 'null' : `"${entry.hash}"`;
    const type = KINDS.indexOf(entry.kind);
    const state = VERIFICATION_STATES.indexOf(entry.state);
    texts.push(
      `{"ID":${entry.id},"Name":${quoteJson(entry.name)},"Hash":${hash},"Size":${entry.sizeBytes}` +
        `,"Type":${type},"State":${state},${UNUSED_TIMES},"LockExpirationTime":${lockText(entry)}}`,
    );
  }
  return encodeTextWithBom(`[${texts.join(',')}]`);
}

function lockText({ lockedUntilMs }: VerificationEntry): string {
  return lockedUntilMs === undefined ? NEVER : `"${new Date(lockedUntilMs).toISOString()}"`;
}

/** What a verification file says. Throws a `FormatError` `volume-corrupt` that names the file. */
export function parseVerificationFile(bytes: Uint8Array, fileName: string): VerificationEntry[] {
  const entries = parseArray(decodeText(bytes))?.map(parseEntry);
  const known = entries?.filter((entry) => entry !== undefined);
  if (known !== undefined && known.length === entries?.length) return known;
  throw new FormatError('volume-corrupt', `The verification file '${fileName}' is damaged.`, {
    details: { file: fileName },
    hint: 'Nothing depends on it; the next backup with upload-verification-file writes it anew.',
  });
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    // Not JSON: the caller says so with the name of the file.
    return undefined;
  }
}

function parseEntry(value: unknown): VerificationEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { ID: id, Name: name, Hash: hash, Size: sizeBytes, Type: type, State: stateNumber } = value;
  const kind = typeof type === 'number' ? KINDS[type] : undefined;
  const state = typeof stateNumber === 'number' ? VERIFICATION_STATES[stateNumber] : undefined;
  if (!isSize(id) || typeof name !== 'string' || !isSize(sizeBytes)) return undefined;
  if (kind === undefined || state === undefined) return undefined;
  const untilMs = Date.parse(`${value['LockExpirationTime']}`);
  return {
    id,
    name,
    sizeBytes,
    kind,
    state,
    ...(typeof hash === 'string' ? { hash } : {}),
    ...(untilMs > 0 ? { lockedUntilMs: untilMs } : {}),
  };
}
