import { Agent } from 'node:http';
import type { OnReadOpts } from 'node:net';

/**
 * Several times what a socket reads on its own, with all the steps from the system to the body of an answer.
 * Less than what the C library gets from the system anew each time, page by page.
 */
const READ_BYTES = 240 * 1024;

/**
 * Connections without TLS that read in longer pieces. Each piece has memory of its own, which belongs to
 * whoever gets it.
 */
export class LongReadAgent extends Agent {
  override createConnection(
    ...[options, created]: Parameters<Agent['createConnection']>
  ): ReturnType<Agent['createConnection']> {
    let memory = Buffer.allocUnsafeSlow(READ_BYTES);
    const onread: OnReadOpts = {
      buffer: () => memory,
      callback: (length) => {
        const piece = memory.subarray(0, length);
        // A line that gives less at a time would let much memory wait for few bytes.
        if (length < READ_BYTES) connection?.emit('data', Buffer.from(piece));
        else {
          memory = Buffer.allocUnsafeSlow(READ_BYTES);
          connection?.emit('data', piece);
        }
        return true;
      },
    };
    const connection = super.createConnection({ ...options, onread } as typeof options, created);
    return connection;
  }
}
