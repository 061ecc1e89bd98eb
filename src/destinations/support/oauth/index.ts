export * from './access-tokens.ts';
export * from './bearer-client.ts';
export * from './open-client.ts';
export * from './open-tokens.ts';
export { postForm } from './refresh-token.ts';
