import { readFileSync } from 'node:fs';
import { BackupError } from '../../base/index.ts';

/**
 * Endings of files whose content is compressed already, so that compressing it again only costs time. In
 * lower case.
 */
const COMPRESSED_EXTENSIONS: readonly string[] = [...archives(), ...media(), ...documents(), ...encrypted()];

/**
 * The endings in a file of the user, one a line, beginning with a point and ending at the first space; other
 * lines mean nothing. Without a file, the list that comes with the program. Throws
 * `extension-file-unreadable`.
 */
export function readCompressedExtensions(path: string | undefined): readonly string[] {
  if (path === undefined) return COMPRESSED_EXTENSIONS;
  try {
    return parseExtensions(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BackupError('extension-file-unreadable', `The file '${path}' cannot be read.`, {
      details: { path },
      hint: 'Check --compression-extension-file.',
      cause: error,
    });
  }
}

export function parseExtensions(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => /^\.\S+/.exec(line.trim())?.[0].toLowerCase() ?? []);
}

function archives(): string[] {
  return words(
    '7z ace alz apk arc arj br bz bz2 cab cbr cbz crx deb dmg ear egg gz jar kgb lha lz lz4 lzh lzma lzo msi pea r00 r01 rar rpm rz s7z sfx sit sitx snap squashfs sz tbz tbz2 tgz tlz txz tzst vsix war whl wim xar xpi xz z zip zipx zoo zpaq zst zstd',
  );
}

function media(): string[] {
  return words(
    '3g2 3gp aac aif avi avif divx f4v flac flv gif heic heif jng jp2 jpe jpeg jpf jpg jpx jxl jxr m2ts m2v m4a m4b m4p m4v mka mkv mng mod mov mp2 mp3 mp4 mpa mpc mpe mpeg mpg mpv mts oga ogg ogm ogv opus png qt ra ram rm rmvb spx swf tak ts tta vob webm webp wma wmv wv',
  );
}

function documents(): string[] {
  return words(
    'azw azw3 docm docx dotx epub kfx mobi odb odc odf odg odi odm odp ods odt otg otp ots ott oxps potx ppsx pptm pptx vsdx woff woff2 xlsb xlsm xlsx xltx xps',
  );
}

function encrypted(): string[] {
  return words('aes age axx gpg kdbx pgp');
}

function words(text: string): string[] {
  return text.split(' ').map((word) => `.${word}`);
}
