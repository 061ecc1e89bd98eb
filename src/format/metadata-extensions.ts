/**
 * What Ashlar stores in metadata blobs beyond Duplicati's keys (design 5.5). The keys come after all known
 * ones, and only where they say something that the known keys cannot, so ordinary entries have the same blob
 * in both programs. Duplicati ignores them.
 *
 * | key               | value                                                                                                |
 * |-------------------|------------------------------------------------------------------------------------------------------|
 * | `ashlar:kind`     | `fifo`, `socket`, `block-device` or `character-device`; the entry itself is an empty `File`          |
 * | `ashlar:mode`     | the full mode, 4 octal digits, where setuid, setgid or sticky is set                                 |
 * | `ashlar:device`   | `MAJOR:MINOR` in decimal, of a device                                                                |
 * | `ashlar:hardlink` | any text, equal for all names of one file in one version; only where the link count is above one     |
 * | `ashlar:holes`    | `OFFSET+LENGTH` of each hole of a sparse file, decimal bytes, ascending, joined by `,`               |
 * | `ashlar:flags`    | `immutable`, `append` or `immutable,append`, where such a flag of Linux is set                       |
 */
export interface MetadataExtensions {
  readonly kind?: SpecialKind;
  /** Permission bits with setuid, setgid and sticky, at most 0o7777. */
  readonly mode?: number;
  readonly device?: { readonly major: number; readonly minor: number };
  readonly hardlink?: string;
  readonly holes?: readonly Hole[];
  readonly flags?: readonly FileFlag[];
}

export const SPECIAL_KINDS = ['fifo', 'socket', 'block-device', 'character-device'] as const;
export type SpecialKind = (typeof SPECIAL_KINDS)[number];

/** Flags that keep even root from changing a file: at all, or but at its end. */
export const FILE_FLAGS = ['immutable', 'append'] as const;
export type FileFlag = (typeof FILE_FLAGS)[number];

/** A range of a sparse file that reads as zeros and takes no space. */
export interface Hole {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** The keys and values of extensions, in their order in the blob. */
export function formatExtensions(extensions: MetadataExtensions): (readonly [key: string, value: string])[] {
  const { kind, mode, device, hardlink, holes, flags } = extensions;
  const pairs: [string, string][] = [];
  if (kind !== undefined) pairs.push(['ashlar:kind', kind]);
  if (mode !== undefined) pairs.push(['ashlar:mode', mode.toString(8).padStart(4, '0')]);
  if (device !== undefined) pairs.push(['ashlar:device', `${device.major}:${device.minor}`]);
  if (hardlink !== undefined) pairs.push(['ashlar:hardlink', hardlink]);
  if (holes !== undefined) pairs.push(['ashlar:holes', holes.map(formatHole).join(',')]);
  if (flags !== undefined) pairs.push(['ashlar:flags', flags.join(',')]);
  return pairs;
}

/** The extension that one key stands for, or `undefined` where the key is none or its value makes no sense. */
export function parseExtension(key: string, value: string): MetadataExtensions | undefined {
  switch (key) {
    case 'ashlar:kind': {
      const kind = SPECIAL_KINDS.find((known) => known === value);
      return kind && { kind };
    }
    case 'ashlar:mode':
      return /^[0-7]{4}$/.test(value) ? { mode: Number.parseInt(value, 8) } : undefined;
    case 'ashlar:device': {
      const [, major, minor] = /^(\d{1,10}):(\d{1,10})$/.exec(value) ?? [];
      return major === undefined ? undefined : { device: { major: Number(major), minor: Number(minor) } };
    }
    case 'ashlar:hardlink':
      return { hardlink: value };
    case 'ashlar:holes': {
      const holes = parseHoles(value);
      return holes && { holes };
    }
    case 'ashlar:flags': {
      const flags = FILE_FLAGS.filter((flag) => value.split(',').includes(flag));
      return flags.join(',') === value ? { flags } : undefined;
    }
    default:
      return undefined;
  }
}

function formatHole(hole: Hole): string {
  return `${hole.offset}+${hole.lengthBytes}`;
}

/** Holes must be ascending and apart, so that nobody is led to write a file twice or beyond its end by them. */
function parseHoles(text: string): Hole[] | undefined {
  const holes: Hole[] = [];
  let end = 0;
  for (const part of text === '' ? [] : text.split(',')) {
    const [, offsetText, lengthText] = /^(\d{1,16})\+(\d{1,16})$/.exec(part) ?? [];
    const hole = { offset: Number(offsetText), lengthBytes: Number(lengthText) };
    if (!(hole.offset >= end && Number.isSafeInteger(hole.offset + hole.lengthBytes))) return undefined;
    end = hole.offset + hole.lengthBytes;
    holes.push(hole);
  }
  return holes;
}
