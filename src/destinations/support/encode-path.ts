/**
 * A name as one part of the path of a web address: everything is encoded but letters, digits and `-._~`. (RFC
 * 3986; also what S3 signs.)
 */
export function encodePathPart(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same for each part of a path, whose slashes stay. */
export function encodePathParts(path: string): string {
  return path.split('/').map(encodePathPart).join('/');
}
