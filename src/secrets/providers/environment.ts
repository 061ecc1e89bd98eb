import type { OpenProvider, ProviderDescriptor } from '../provider.ts';

export const ENVIRONMENT: ProviderDescriptor = {
  scheme: 'env',
  displayName: 'Environment variables',
  urlForms: ['env://'],
  parameters: {},
  canStore: false,
};

/** The variables of the process, by their names. */
export const openEnvironment: OpenProvider = (_url, { environment }) => ({
  read: async (names) => {
    const pairs = names.map((name) => [name, environment[name]] as const);
    return new Map(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
  },
});
