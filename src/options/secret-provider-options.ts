import { declareOptions } from './declaration.ts';

/** Which secrets options stand for, and who is asked for them. They are settled before all others. */
export const secretProviderOptions = declareOptions('process', [
  {
    name: 'secret-provider',
    type: 'secret',
    summary: 'Where to look up secrets that options only name: the address of a secret provider.',
    description:
      'Such as `file-secret:///etc/ashlar/secrets.json`, or `$NAME` for an environment variable that holds the address. An option that is to be looked up has the value `$name`; so has a value in the query of a URL. `ashlar secret info` lists the providers.',
  },
  {
    name: 'secret-provider-pattern',
    type: 'text',
    default: '$',
    summary: 'How a value begins that names a secret.',
    description:
      'A pattern that ends in `{}`, `()` or `[]` takes any name inside the brackets; otherwise a name has letters, digits, `_`, `-` and `/`. The whole value must be the name.',
  },
  {
    name: 'secret-provider-cache',
    type: 'choice',
    choices: ['None', 'InMemory', 'Persistent'],
    default: 'None',
    summary: 'Whether looked-up secrets are kept, for a time when the provider cannot be asked.',
    description:
      '`InMemory` keeps them as long as the process lives, `Persistent` in an encrypted file in the temporary folder, which only the same provider address opens. The provider is asked first in any case.',
  },
]);
