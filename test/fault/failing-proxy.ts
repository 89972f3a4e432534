import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a call fails: by a status of the engine's, by a connection that ends before it was asked or before it has answered, or by an answer that is cut off. */
export type Fault = 429 | 500 | 503 | 'refused' | 'lost' | 'cut';

/** Stands before an engine, and lets a call fail now and then. */
export interface FailingProxy {
  readonly url: string;
  /** Lets the n-th call from now on fail, counted from 1; 0: none. @returns how many calls there were since the last time */
  fail(n: number, fault: Fault): number;
  close(): Promise<void>;
}

export async function openFailingProxy(target: string): Promise<FailingProxy> {
  let calls = 0;
  let failing: { readonly n: number; readonly fault: Fault } = { n: 0, fault: 503 };
  const server = createServer((incoming, answer) => {
    calls++;
    const fault = calls === failing.n ? failing.fault : undefined;
    if (fault === 'refused') return void incoming.socket.destroy();
    if (typeof fault === 'number') {
      incoming.resume();
      const body = JSON.stringify({ error: { type: 'injected', reason: 'a fault' }, status: fault });
      return void answer.writeHead(fault, { 'content-type': 'application/json' }).end(body);
    }
    const { method, url, headers } = incoming;
    const onward = request(
      new URL(url ?? '/', target),
      { method, headers: { ...headers, host: new URL(target).host } },
      (engine) => {
        const pieces: Buffer[] = [];
        engine.on('data', (piece: Buffer) => pieces.push(piece));
        engine.on('end', () => {
          const body = Buffer.concat(pieces);
          // It was carried out, and nobody is told.
          if (fault === 'lost') return void incoming.socket.destroy();
          const { 'transfer-encoding': _, ...rest } = engine.headers;
          answer.writeHead(engine.statusCode ?? 502, { ...rest, 'content-length': body.length });
          if (fault !== 'cut') return void answer.end(body);
          answer.write(body.subarray(0, Math.floor(body.length / 2)), () => incoming.socket.destroy());
        });
      },
    );
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(n, fault) {
      const before = calls;
      calls = 0;
      failing = { n, fault };
      return before;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
