import { asBuffer } from './bytes.ts';

/** Standard base64 with padding (RFC 4648), the form of hashes in JSON. */
export function toBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}

/** The URL-safe alphabet with padding kept, the form of hashes in entry names. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_');
}

const STRICT = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of strict standard base64, or `undefined` where the text is none. */
export function fromBase64(text: string): Buffer | undefined {
  return STRICT.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The bytes of padded URL-safe base64, or `undefined` where the text is none. */
export function fromBase64Url(text: string): Buffer | undefined {
  if (/[+/]/.test(text)) return undefined;
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}
