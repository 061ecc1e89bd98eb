/** Parity data that mend damaged volumes, by the system's `par2`. */
export { createPar2, type Parity, type ParityRunOptions } from './par2.ts';
export type { Par2Settings } from './par2-arguments.ts';
