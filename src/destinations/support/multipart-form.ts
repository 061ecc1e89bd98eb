import { randomBytes } from 'node:crypto';
import type { UploadSource } from '../destination.ts';

export interface FormFile {
  readonly field: string;
  readonly fileName: string;
  readonly source: UploadSource;
}

/**
 * A form with one file as the body of a request (RFC 7578); the fields come before the file. Its length is
 * known before it is sent.
 */
export function multipartForm(
  fields: Readonly<Record<string, string>>,
  { field, fileName, source }: FormFile,
): { readonly contentType: string; readonly body: UploadSource } {
  const boundary = `ashlar-${randomBytes(16).toString('hex')}`;
  const texts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`,
  );
  const fileHead = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(field)}"; filename="${quote(fileName)}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const head = Buffer.from([...texts, fileHead].join(''));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      sizeBytes: head.byteLength + source.sizeBytes + tail.byteLength,
      open: async function* () {
        yield head;
        yield* source.open();
        yield tail;
      },
    },
  };
}

function quote(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
