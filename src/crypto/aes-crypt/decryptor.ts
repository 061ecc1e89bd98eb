import type { ByteTransform } from '../../base/index.ts';
import { ContentDecryptor, type IntegrityCheck } from './content-decryptor.ts';
import { HeaderFeed } from './header-feed.ts';
import { readHeader } from './header-reader.ts';
import { aesCryptError } from './layout.ts';
import type { PaddingCheck } from './trailer.ts';

export interface AesCryptDecryptorSettings {
  readonly passphrase: string;
  /** `any` is needed for files of other AES Crypt programs, which fill the last block at random. Default `strict`. */
  readonly padding?: PaddingCheck;
  /**
   * `ignore` gets out of a damaged file what is left in it. **Nothing of that is authenticated**: for callers
   * that know the hash of every piece that they use. Default `check`.
   */
  readonly integrity?: IntegrityCheck;
}

/**
 * Decrypts an AES Crypt stream of version 0 to 3, with any extensions, in bounded memory. **What `update`
 * returns is not authenticated yet**: a caller trusts it only after `final` returned, or when the hash of the
 * encrypted bytes was checked before.
 *
 * Throws `PasswordError` `wrong-passphrase` as soon as the header is complete; `FormatError`
 * `volume-truncated`, `volume-corrupt` or `volume-unsupported` for everything else. Deriving the key blocks
 * for a few milliseconds, in version 3 as long as the header's iterations take.
 */
export function createAesCryptDecryptor(settings: AesCryptDecryptorSettings): ByteTransform {
  const feed = new HeaderFeed(readHeader(settings.passphrase));
  let content: ContentDecryptor | undefined;
  return {
    update(bytes) {
      if (content !== undefined) return content.update(bytes);
      const takenBytes = feed.take(bytes);
      if (feed.header === undefined) return new Uint8Array(0);
      content = new ContentDecryptor(feed.header, {
        padding: settings.padding ?? 'strict',
        integrity: settings.integrity ?? 'check',
      });
      return content.update(bytes.subarray(takenBytes));
    },
    final() {
      if (content === undefined) throw aesCryptError('volume-truncated', 'it ends within its header');
      return content.final();
    },
  };
}
