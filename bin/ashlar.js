#!/usr/bin/env node
// Starts Ashlar under Node 24 or later. Written for any Node, so that an old one gets a sentence and not a syntax error.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

const REQUIRED_MAJOR = 24;

async function start() {
  if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR) return restartUnderNewerNode();
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  // A checkout holds the sources and runs them as they are; the published package holds only what was built from them.
  const inCheckout = existsSync(new URL('../src/bin/ashlar.ts', import.meta.url));
  const { main } = await import(inCheckout ? '../src/bin/ashlar.ts' : '../dist/bin/ashlar.js');
  await main();
  return undefined;
}

// The newer Node is a dependency with a plain binary for each platform, named by the packages `node-<platform>-<architecture>`.
function restartUnderNewerNode() {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  let node;
  try {
    node = require.resolve(`node-${platform}-${process.arch}/${binary}`);
  } catch {
    console.error(
      `Ashlar needs Node.js ${REQUIRED_MAJOR} or later; this is ${process.versions.node}. Install it from https://nodejs.org and run the command again.`,
    );
    process.exit(100);
  }
  const forward = (signal) => process.on(signal, () => {});
  forward('SIGINT');
  forward('SIGTERM');
  const run = spawnSync(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(run.status ?? 100);
}

start();
