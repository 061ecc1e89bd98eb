import type { OpenProvider, ProviderDescriptor, SecretContext, SecretProvider } from './provider.ts';
import { parseProviderUrl } from './provider-url.ts';
import { AMAZON_SECRETS_MANAGER, openAmazonSecretsManager } from './providers/amazon-secrets-manager.ts';
import { AZURE_KEY_VAULT, openAzureKeyVault } from './providers/azure-key-vault.ts';
import { ENVIRONMENT, openEnvironment } from './providers/environment.ts';
import { FILE_SECRET, openFileSecret } from './providers/file-secret.ts';
import { GOOGLE_SECRET_MANAGER, openGoogleSecretManager } from './providers/google-secret-manager.ts';
import { HASHICORP_VAULT, openHashicorpVault } from './providers/hashicorp-vault.ts';
import { LIBSECRET, openLibsecret } from './providers/libsecret.ts';
import { openPass, PASS } from './providers/pass.ts';
import { SecretError } from './secret-error.ts';

/** The only list of secret providers. */
const PROVIDERS: readonly { readonly descriptor: ProviderDescriptor; readonly open: OpenProvider }[] = [
  { descriptor: ENVIRONMENT, open: openEnvironment },
  { descriptor: FILE_SECRET, open: openFileSecret },
  { descriptor: PASS, open: openPass },
  { descriptor: LIBSECRET, open: openLibsecret },
  { descriptor: HASHICORP_VAULT, open: openHashicorpVault },
  { descriptor: AMAZON_SECRETS_MANAGER, open: openAmazonSecretsManager },
  { descriptor: GOOGLE_SECRET_MANAGER, open: openGoogleSecretManager },
  { descriptor: AZURE_KEY_VAULT, open: openAzureKeyVault },
];

/** Schemes of Duplicati for systems that this program does not run on yet. */
const OTHER_SYSTEMS: Readonly<Record<string, string>> = { keychain: 'macOS', wincred: 'Windows' };

/**
 * Opens a provider by its address, without asking it anything. Throws `secret-provider-unknown`,
 * `secret-provider-invalid`.
 */
export function openSecretProvider(url: string, context: SecretContext): SecretProvider {
  const parsed = parseProviderUrl(url);
  const found = PROVIDERS.find(({ descriptor }) => descriptor.scheme === parsed.scheme);
  if (found === undefined) throw unknownProvider(parsed.scheme);
  return found.open(parsed, context);
}

/** Every kind of provider, for help and documentation. */
export function describeSecretProviders(): readonly ProviderDescriptor[] {
  return PROVIDERS.map(({ descriptor }) => descriptor);
}

function unknownProvider(scheme: string): SecretError {
  const known = PROVIDERS.map(({ descriptor }) => `${descriptor.scheme}://`).join(', ');
  const system = OTHER_SYSTEMS[scheme];
  const message =
    system === undefined
      ? `There is no secret provider '${scheme}://'.`
      : `The secret provider '${scheme}://' belongs to ${system}, which this version of Ashlar does not support.`;
  return new SecretError('secret-provider-unknown', message, {
    details: { scheme },
    hint: `Known are ${known}.`,
  });
}
