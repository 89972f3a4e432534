import type { ServerResponse } from 'node:http';

/**
 * Writes an answer's body piece by piece, each when the client has taken those before it. When the client goes away, the source's `return`
 * is called at once. The head is written with the first piece: a source that fails before it can still be answered by an error.
 *
 * @param length what the head promises; undefined when it promises none
 * @throws what the source throws; Error when it gives more or fewer bytes than promised
 */
export async function writeStream(
  response: ServerResponse,
  writeHead: () => void,
  open: () => AsyncIterable<Uint8Array>,
  length: number | undefined,
): Promise<void> {
  const { socket } = response.req;
  const pieces = open()[Symbol.asyncIterator]();
  let gone = socket.destroyed;
  let wake = () => {};
  const onDrain = () => wake();
  // The socket's event, not the response's: that of a pipelined response never comes when it was not its turn.
  const onClose = () => {
    gone = true;
    wake();
    stop(pieces);
  };
  socket.once('close', onClose);
  response.on('drain', onDrain);
  let sent = 0;
  try {
    while (!gone) {
      const next = await pieces.next();
      if (gone) return;
      if (!response.headersSent) writeHead();
      if (next.done === true) break;
      sent += next.value.length;
      if (length !== undefined && sent > length)
        throw new Error(`A stream has more than the ${length} bytes promised.`);
      if (!response.write(next.value)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (gone) return;
    if (length !== undefined && sent < length) throw new Error(`A stream ended after ${sent} of ${length} bytes.`);
    response.end();
  } catch (error) {
    if (!gone) stop(pieces);
    throw error;
  } finally {
    socket.off('close', onClose);
    response.off('drain', onDrain);
  }
}

/** Tells a source that no more is wanted. Whether it minds is nobody's concern any more. */
function stop(pieces: AsyncIterator<Uint8Array>): void {
  Promise.resolve(pieces.return?.()).catch(() => undefined);
}
