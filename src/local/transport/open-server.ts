import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { ListenSettings } from './listen-options.ts';

/** A server of Node, about to listen. */
export interface OpenServer {
  readonly server: Server;
  /** Where it is, once it listens. Rejects with the system's error when the port can't be had. */
  readonly opened: Promise<{ readonly url: string; readonly port: number }>;
  /** Takes no more requests, and resolves when those that have begun are answered, or `closeTimeout` is over. */
  close(): Promise<void>;
}

/** Makes the server and has it listen. */
export function openServer(settings: ListenSettings): OpenServer {
  const server = createNodeServer(settings);
  server.maxHeadersCount = settings.maxHeaders + 1;
  server.maxConnections = settings.maxConnections;
  server.timeout = settings.idleTimeout;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return { server, opened: opened(server, settings), close: () => closed(server, sockets, settings.closeTimeout) };
}

function createNodeServer({ tls, headersTimeout, keepAliveTimeout, maxHeaderBytes }: ListenSettings): Server {
  const options = {
    headersTimeout,
    keepAliveTimeout,
    // Half of it at most is how late a request that takes too long is noticed.
    connectionsCheckingInterval: Math.min(5000, Math.ceil(headersTimeout / 2)),
    // The whole of a request has no limit of time: a body of gigabytes takes what it takes. Its pace is watched instead.
    requestTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    // Asked for by our own check, which answers as we do.
    requireHostHeader: false,
    noDelay: true,
  };
  if (tls === undefined) return createServer(options);
  return createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout });
}

function opened(server: Server, { host, port, tls }: ListenSettings): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('The server listens on no port.'));
        return;
      }
      const name = isIP(address.address) === 6 ? `[${address.address}]` : address.address;
      resolve({ url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`, port: address.port });
    });
  });
}

/** How often connections are closed that were busy when the end began, and are idle now. */
const SWEEP_MS = 50;

function closed(server: Server, sockets: ReadonlySet<Socket>, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, timeout);
    server.close((error) => {
      clearInterval(sweep);
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
