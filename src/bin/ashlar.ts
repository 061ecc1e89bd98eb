import process from 'node:process';
import { runCommandLine } from '../cli/index.ts';

/** How long a run may take to end by itself once its launcher is gone. */
const GRACE_MS = 10_000;

/** The program: runs the command line of this process and sets its exit code. Started by `bin/ashlar.js`. */
export async function main(): Promise<void> {
  if (process.connected) followLauncher();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', letReaderGo);
  process.exitCode = await runCommandLine({
    argv: process.argv.slice(2),
    environment: process.env,
    // Touching standard input opens it, which only a prompt needs.
    get standardInput() {
      return process.stdin;
    },
    standardOutput: process.stdout,
    standardError: process.stderr,
    signals: process,
    pathListSeparator: process.platform === 'win32' ? ';' : ':',
    exitNow: () => endBySignal('SIGINT'),
  });
  if (process.connected) process.disconnect();
}

/** A reader that has seen enough (`| head`) ends no run: what follows is written to nobody. */
function letReaderGo(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

/**
 * The launcher holds the other end of a channel. When that end closes without being asked to, the launcher
 * was killed, and this process ends too.
 */
function followLauncher(): void {
  process.once('disconnect', () => setTimeout(() => endBySignal('SIGTERM'), GRACE_MS).unref());
  process.channel?.unref();
}

/**
 * Ends this process by the signal itself, as if nobody had listened to it. The system then takes all threads
 * away at once; `process.exit` would interrupt them one by one, and native code that is interrupted may crash.
 */
function endBySignal(signal: 'SIGINT' | 'SIGTERM'): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
