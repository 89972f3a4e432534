import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A keep-alive HTTP/1.1 connection with one request in flight. Reads no more of an answer than its status and where it ends, so that the
 * client's core does little.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #head: Buffer = Buffer.alloc(0);
  #status = 0;
  /** Bytes of the body, or of the chunk, still to come; undefined while the head is. */
  #remaining: number | undefined;
  #chunked = false;
  #done: ((status: number) => void) | undefined;

  private constructor(socket: Socket, onError: (error: Error) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#receive(data));
    socket.on('error', onError);
    socket.on('close', () => {
      if (this.#done !== undefined) onError(new Error('The connection was closed before the answer was there.'));
    });
  }

  static open(url: URL, onError: (error: Error) => void): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => resolve(new HttpConnection(socket, onError)));
      socket.once('error', reject);
    });
  }

  /** Sends a whole request; calls back with the status when all of the answer is there. */
  send(request: Uint8Array, done: (status: number) => void): void {
    this.#done = done;
    this.#socket.write(request);
  }

  close(): void {
    this.#done = undefined;
    this.#socket.destroy();
  }

  #receive(data: Buffer): void {
    if (this.#remaining === undefined) this.#receiveHead(data);
    else if (this.#chunked) this.#receiveChunks(data);
    else this.#receiveBody(data);
  }

  #receiveHead(data: Buffer): void {
    const text = this.#head.length === 0 ? data : Buffer.concat([this.#head, data]);
    const end = text.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = text;
      return;
    }
    this.#head = Buffer.alloc(0);
    const head = text.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#remaining = Number(length ?? 0);
    const rest = text.subarray(end + HEAD_END.length);
    if (this.#chunked) this.#receiveChunks(rest);
    else this.#receiveBody(rest);
  }

  #receiveBody(data: Buffer): void {
    this.#remaining = (this.#remaining ?? 0) - data.length;
    if (this.#remaining <= 0) this.#finish();
  }

  #receiveChunks(data: Buffer): void {
    let rest = this.#head.length === 0 ? data : Buffer.concat([this.#head, data]);
    this.#head = Buffer.alloc(0);
    for (;;) {
      const lineEnd = rest.indexOf('\r\n');
      const size = lineEnd < 0 ? undefined : Number.parseInt(rest.toString('latin1', 0, lineEnd), 16);
      const next = size === undefined ? Number.POSITIVE_INFINITY : lineEnd + 2 + size + 2;
      if (rest.length < next) break;
      rest = rest.subarray(next);
      if (size === 0) {
        this.#finish();
        return;
      }
    }
    this.#head = Buffer.from(rest);
  }

  #finish(): void {
    const done = this.#done;
    this.#done = undefined;
    this.#remaining = undefined;
    done?.(this.#status);
  }
}
