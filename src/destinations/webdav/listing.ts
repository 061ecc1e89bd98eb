import type { RemoteFile } from '../destination.ts';
import { childrenOf, descend, parseXml, type XmlElement } from '../support/xml.ts';

/** Asks for what a listing shows. Named properties are understood by every server, "all" is not. */
export const PROPFIND_BODY =
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><getcontentlength/><getlastmodified/><resourcetype/></prop></propfind>';

/**
 * The files in an answer to PROPFIND (RFC 4918, 14.16). Servers write addresses with and without host, behind
 * proxies with another folder, and encode them each in its own way, so only the last part of the path counts;
 * what lies deeper than the folder is left out. Throws an `Error` for anything that is no such answer.
 */
export function parseListing(body: string, folder: URL): RemoteFile[] {
  const root = parseXml(body);
  if (root.name !== 'multistatus') throw new Error('The XML is no listing.');
  const folderPath = decodePathText(folder.pathname);
  return childrenOf(root, 'response').flatMap((response) => readEntry(response, folder, folderPath));
}

/** Whether an answer to PROPFIND about one thing, of whatever form, shows a folder. */
export function showsFolder(body: string): boolean {
  try {
    return childrenOf(parseXml(body), 'response').some((response) => isFolder(propertiesOf(response)));
  } catch {
    return false;
  }
}

function propertiesOf(response: XmlElement): readonly XmlElement[] {
  return childrenOf(response, 'propstat').flatMap((propstat) => descend(propstat, 'prop')?.children ?? []);
}

function readEntry(response: XmlElement, folder: URL, folderPath: string): RemoteFile[] {
  const href = descend(response, 'href')?.text.trim() ?? '';
  const path = decodePathText(new URL(href.replaceAll(' ', '%20'), folder).pathname);
  const properties = propertiesOf(response);
  if (path.endsWith('/') || isFolder(properties)) return [];
  if (path.startsWith(folderPath) && path.slice(folderPath.length).includes('/')) return [];
  const size = propertyText(properties, 'getcontentlength');
  const modifiedAtMs = Date.parse(propertyText(properties, 'getlastmodified'));
  return [
    {
      name: path.slice(path.lastIndexOf('/') + 1),
      sizeBytes: /^\d+$/.test(size) ? Number(size) : -1,
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
    },
  ];
}

function isFolder(properties: readonly XmlElement[]): boolean {
  const types = properties.filter(({ name }) => name === 'resourcetype');
  return (
    types.some((type) => descend(type, 'collection') !== undefined) ||
    /^(?:1|true)$/i.test(propertyText(properties, 'iscollection'))
  );
}

/** The text of a property; properties that the server does not have come empty, in a part of their own. */
function propertyText(properties: readonly XmlElement[], name: string): string {
  return (
    properties.find((property) => property.name === name && property.text.trim() !== '')?.text.trim() ?? ''
  );
}

/** Decodes what is encoded well; a plus is a plus. */
function decodePathText(path: string): string {
  return path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
