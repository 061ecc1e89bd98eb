export * from './run-script.ts';
export * from './script-answer.ts';
export * from './script-environment.ts';
