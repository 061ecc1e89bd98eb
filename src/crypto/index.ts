/**
 * Hashes by their names in the storage format, AES Crypt as synchronous transforms of streams, and the
 * signatures that services want on requests. Pure: nothing here touches the disk.
 */

export type { IntegrityCheck } from './aes-crypt/content-decryptor.ts';
export { type AesCryptAccessSettings, accessAesCrypt } from './aes-crypt/decrypted-access.ts';
export { type AesCryptDecryptorSettings, createAesCryptDecryptor } from './aes-crypt/decryptor.ts';
export { type AesCryptEncryptorSettings, createAesCryptEncryptor } from './aes-crypt/encryptor.ts';
export { AES_CRYPT_DEFAULT_ITERATIONS, AES_CRYPT_MAX_ITERATIONS } from './aes-crypt/key-derivation.ts';
export type { PaddingCheck } from './aes-crypt/trailer.ts';
export { type AwsKey, type AwsRequest, signAwsRequest } from './aws-signature.ts';
export * from './hash.ts';
export { checkPassphrase, PasswordError, type PasswordErrorCode } from './password-error.ts';
export { signStatement } from './signed-statement.ts';
