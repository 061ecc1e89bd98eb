/** HTTP through proxies. A room beside that of the proxies, since Node's HTTP takes long to load. */
export * from './open-agent.ts';
