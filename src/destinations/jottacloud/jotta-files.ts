import type { RemoteFile } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { childrenOf, descend, parseXml, textOf, type XmlElement } from '../support/xml.ts';

/** What the storage says of a file: only revisions that arrived whole count. */
export interface JottaFile extends RemoteFile {
  /** Hex. */
  readonly md5: string | undefined;
}

/** The files of a folder. Throws a plain `Error` for anything that is no folder. */
export function parseFolder(body: string): readonly JottaFile[] | 'deleted' {
  const root = parseXml(body);
  if (root.name !== 'folder' && root.name !== 'mountPoint') throw new Error(`The XML is a ${root.name}.`);
  if (root.attributes['deleted'] !== undefined) return 'deleted';
  const files = descend(root, 'files');
  return files === undefined ? [] : childrenOf(files, 'file').flatMap(readFile);
}

/** One file; `undefined` where it does not exist, or no revision of it arrived whole. */
export function parseFile(body: string): JottaFile | undefined {
  const root = parseXml(body);
  return root.name === 'file' ? readFile(root)[0] : undefined;
}

/**
 * The file that an upload made. Throws `destination-corrupt` where the storage has a newer revision of it
 * that is not complete.
 */
export function parseUpload(body: string, name: string): JottaFile {
  const root = parseXml(body);
  const broken = textOf(root, 'latestRevision', 'state');
  const [file] = broken === undefined ? readFile(root) : [];
  if (file !== undefined) return file;
  throw new DestinationError(
    'destination-corrupt',
    `'${name}' arrived damaged: the storage calls it ${broken ?? 'missing'}.`,
    { details: { name, state: broken ?? 'missing' } },
  );
}

function readFile(file: XmlElement): JottaFile[] {
  const { name, deleted } = file.attributes;
  const revision = descend(file, 'currentRevision');
  if (name === undefined || deleted !== undefined || revision === undefined) return [];
  if (textOf(revision, 'state') !== 'COMPLETED') return [];
  const size = textOf(revision, 'size') ?? '';
  return [
    {
      name,
      sizeBytes: /^\d+$/.test(size) ? Number(size) : -1,
      modifiedAtMs: parseTime(textOf(revision, 'updated') ?? textOf(revision, 'modified') ?? ''),
      md5: textOf(revision, 'md5')?.toLowerCase(),
    },
  ];
}

/** Times look like `2026-11-21-T07:30:00Z`. */
function parseTime(text: string): number | undefined {
  const ms = Date.parse(text.replace('-T', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
