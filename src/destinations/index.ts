export * from './abilities.ts';
export * from './descriptor.ts';
export * from './destination.ts';
export * from './destination-error.ts';
export * from './registry.ts';
export * from './support/destination-url.ts';
export * from './test-access.ts';
