#!/usr/bin/env node
// Starts Ashlar under Node 24 or later. Written for any Node, so that an old one gets a sentence and not a syntax error.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const REQUIRED_MAJOR = 24;
const FAILED = 100;

async function start() {
  if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR) return restartUnderNewerNode();
  await keepCompiledCode();
  // A checkout holds the sources and runs them as they are; the published package holds only what was built from them.
  const inCheckout = existsSync(new URL('../src/bin/ashlar.ts', import.meta.url));
  const { main } = await import(inCheckout ? '../src/bin/ashlar.ts' : '../dist/bin/ashlar.js');
  await main();
  return undefined;
}

// Compiling takes most of a short run. The variable is for worker threads, which would compile everything again. Whoever could write to the folder could make this program
// run anything, so one that is not ours alone is not used.
async function keepCompiledCode() {
  const { enableCompileCache } = await import('node:module');
  const user = process.getuid?.();
  const folder = process.env.NODE_COMPILE_CACHE || join(tmpdir(), `ashlar-compiled-${user ?? 'code'}`);
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
    const { uid, mode } = lstatSync(folder);
    if (user !== undefined && (uid !== user || (mode & 0o022) !== 0)) return;
    enableCompileCache(folder);
    process.env.NODE_COMPILE_CACHE = folder;
  } catch {
    // Without it, the start takes longer.
  }
}

function restartUnderNewerNode() {
  const node = findNewerNode();
  if (node === undefined) {
    console.error(
      `Ashlar needs Node.js ${REQUIRED_MAJOR} or later; this is ${process.versions.node}. Install it from https://nodejs.org and run the command again.`,
    );
    process.exit(FAILED);
  }
  // The channel closes when this process dies, however it dies; that is how the other one learns of it.
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  passSignalsOn(child);
  child.on('error', (error) => {
    console.error(`Ashlar cannot start '${node}': ${error.message}.`);
    process.exit(FAILED);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? FAILED);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// The newer Node is a dependency with a plain binary for each platform, named by the packages `node-<platform>-<architecture>`.
function findNewerNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  try {
    return createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/${binary}`);
  } catch {
    return undefined;
  }
}

// A terminal sends Ctrl-C to both processes by itself, so here it is only kept from ending this one.
function passSignalsOn(child) {
  const isOnTerminal = process.stdin.isTTY === true;
  process.on('SIGINT', () => {
    if (!isOnTerminal) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
}

start();
