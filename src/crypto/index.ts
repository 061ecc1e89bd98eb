/**
 * Hashes by their names in the storage format, and AES Crypt as synchronous transforms of streams. Pure: nothing here touches the disk.
 */

export type { PaddingCheck } from './aes-crypt/content-decryptor.ts';
export { type AesCryptDecryptorSettings, createAesCryptDecryptor } from './aes-crypt/decryptor.ts';
export { type AesCryptEncryptorSettings, createAesCryptEncryptor } from './aes-crypt/encryptor.ts';
export { AES_CRYPT_DEFAULT_ITERATIONS, AES_CRYPT_MAX_ITERATIONS } from './aes-crypt/key-derivation.ts';
export * from './hash.ts';
export { checkPassphrase, PasswordError, type PasswordErrorCode } from './password-error.ts';
