export { runCommandLine } from './main.ts';
export type { ProcessPort } from './process-port.ts';
