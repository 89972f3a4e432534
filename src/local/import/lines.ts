/** A line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Thrown for a line that never ends: it would fill the memory. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly line: number;

  constructor(line: number, limit: number) {
    super(`Line ${line} is longer than ${Math.floor(limit / 2 ** 20)} MiB.`);
    this.line = line;
  }
}

/** The lines of a stream that are not blank. Only the current one is held. */
export async function* lines(stream: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let number = 0;
  let started: Buffer[] = [];
  let startedLength = 0;
  const finish = (end: Buffer): Line | undefined => {
    number += 1;
    const whole = started.length === 0 ? end : Buffer.concat([...started, end]);
    const bytes = number === 1 && whole.subarray(0, 3).equals(BYTE_ORDER_MARK) ? whole.subarray(3) : whole;
    started = [];
    startedLength = 0;
    return isBlank(bytes) ? undefined : { number, bytes };
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      const line = finish(chunk.subarray(from, at));
      if (line !== undefined) yield line;
      from = at + 1;
    }
    if (from === chunk.length) continue;
    started.push(chunk.subarray(from));
    startedLength += chunk.length - from;
    if (startedLength > limit) throw new LineTooLongError(number + 1, limit);
  }
  if (started.length > 0) {
    const line = finish(Buffer.alloc(0));
    if (line !== undefined) yield line;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
