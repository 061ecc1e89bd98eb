const PIECES = 100;

/**
 * A source of a hundred equal pieces. `closed` resolves when whoever opened it has closed it; `onPiece` is called
 * after each piece that was taken.
 */
export function watchedSource(piece: Uint8Array, onPiece: (number: number) => void | Promise<void>) {
  const closed = Promise.withResolvers<void>();
  return {
    closed: closed.promise,
    source: {
      sizeBytes: PIECES * piece.length,
      open: async function* () {
        try {
          for (let number = 0; number < PIECES; number++) {
            yield piece;
            await onPiece(number);
          }
        } finally {
          closed.resolve();
        }
      },
    },
  };
}
