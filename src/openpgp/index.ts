/** Volumes encrypted with OpenPGP, by the system's `gpg`. */
export { createGpg, type Gpg, type GpgRunOptions } from './gpg.ts';
export type { GpgSettings } from './gpg-arguments.ts';
