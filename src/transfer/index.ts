export * from './remote.ts';
export * from './retry.ts';
export * from './statistics.ts';
export * from './uploads.ts';
