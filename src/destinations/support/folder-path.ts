import { type DestinationUrl, decodeRelaxed } from './destination-url.ts';

/** The folders of a URL whose scheme knows no host, from the outermost: `scheme://a/b` means `b` in `a`. */
export function folderPath({ host = '', path }: DestinationUrl): readonly string[] {
  return splitPath(`${host}/${path}`);
}

/** The same for schemes whose URLs have always been decoded twice. */
export function twiceDecodedFolderPath(url: DestinationUrl): readonly string[] {
  return folderPath(url).flatMap((part) => splitPath(decodeRelaxed(part)));
}

export function splitPath(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
