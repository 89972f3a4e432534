import type { IncomingMessage } from 'node:http';
import { type BodyOptions, connectionEnded, hasBody, tooSlow } from '../request-body.ts';
import { watchPace } from './body-pace.ts';

/**
 * A body in pieces as they come. The client is held back while no piece is asked for (TCP's own back-pressure), so that a body of any
 * length takes constant memory. Who stops in the middle leaves the rest to the listener.
 *
 * @throws FhirError 408 when it comes too slowly, 400 when the connection ends before the body does.
 */
export async function* streamBody(
  request: IncomingMessage,
  { pace: paceLimits, sendContinue }: BodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!hasBody(request)) return;
  let slow = false;
  let wake = () => {};
  const onEvent = () => wake();
  const onError = () => request.destroy();
  const pace = watchPace(paceLimits, () => {
    slow = true;
    wake();
  });
  request.on('readable', onEvent).on('end', onEvent).on('close', onEvent).on('error', onError);
  sendContinue?.();
  try {
    for (;;) {
      const chunk: Buffer | null = request.destroyed ? null : request.read();
      if (chunk !== null) {
        pace.came(chunk.length);
        yield chunk;
      } else if (request.readableEnded) return;
      else if (request.destroyed) throw connectionEnded();
      else if (slow) throw tooSlow();
      else {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        pace.wait();
        await woken;
        pace.rest();
      }
    }
  } finally {
    pace.rest();
    // The error's listener stays: without one, a connection that breaks now would be an error that no one handles.
    request.off('readable', onEvent).off('end', onEvent).off('close', onEvent);
  }
}
