import { connect } from 'node:net';

/** Sends bytes and resolves to the status of what comes back, 0 when the connection ends without an answer. */
export function sendRaw(url: string, bytes: Buffer): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    const done = () => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0));
    };
    socket.setTimeout(10_000, () => {
      socket.destroy();
      reject(new Error(`no answer within 10 s to ${JSON.stringify(bytes.toString('latin1', 0, 500))}`));
    });
    socket.on('error', done);
    socket.on('close', done);
    socket.on('data', (data) => {
      received += data.toString('latin1');
    });
    // Nothing more comes: a server that was promised a longer body need not wait.
    socket.end(bytes);
  });
}

/** A request as it goes over the wire, however wrong; the connection is to be closed after it. */
export function rawRequest(
  host: string,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Buffer {
  const target = Buffer.from(url)
    .toString('latin1')
    .replace(/[\r\n ]/g, '+');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
