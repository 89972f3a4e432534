import { connect, type Socket } from 'node:net';

/** A connection that is spoken to in bytes. */
export interface RawClient {
  readonly socket: Socket;
  /** All that has come so far. */
  received(): string;
  /** Resolves when what came matches. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves with all that came when the connection has ended. */
  ended(): Promise<string>;
}

/** Connects, and sends. */
export function rawClient(port: number, ...parts: readonly (string | Buffer)[]): RawClient {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  const received = () => Buffer.concat(chunks).toString('latin1');
  // Not `once`, which rejects when the connection is reset: that is an end like another one here.
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  socket.on('error', () => {}).on('data', (chunk) => chunks.push(chunk));
  for (const part of parts) socket.write(part);
  return {
    socket,
    received,
    async until(pattern) {
      while (!pattern.test(received())) {
        if (socket.destroyed) throw new Error(`The connection ended after ${JSON.stringify(received())}.`);
        const came = new Promise<void>((resolve) => {
          socket.once('data', () => resolve());
        });
        await Promise.race([came, closed]);
      }
      return received();
    },
    async ended() {
      await closed;
      return received();
    },
  };
}

/** The statuses of answers, in order. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

/** The value of a header of the first answer. */
export function header(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(text)?.[1]?.trim();
}

/** Resolves when a condition holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
