/** Begins an upload into the folder named as argument, says so, and waits to be killed. */
import process from 'node:process';
import { openDestination } from '../../src/destinations/index.ts';

const destination = await openDestination(process.argv[2] ?? '');
const forever = setInterval(() => {}, 60_000);
await destination.put('volume.zip', {
  sizeBytes: 2_000_000,
  open: async function* () {
    yield Buffer.alloc(1_000_000);
    process.stdout.write('half\n');
    await new Promise(() => {});
  },
});
clearInterval(forever);
