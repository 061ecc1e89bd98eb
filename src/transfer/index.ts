export * from './file-locks.ts';
export * from './mend-copy.ts';
export * from './put-volume.ts';
export * from './read-volume.ts';
export * from './remote.ts';
export * from './retry.ts';
export * from './statistics.ts';
export * from './uploads.ts';
