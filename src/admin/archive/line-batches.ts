import type { ArchiveLine } from '../../audit/archive/archive-line.ts';

const NEWLINE = 0x0a;

export interface LineBatchOptions {
  readonly parse: (line: string) => ArchiveLine | undefined;
  /** Called for each line that is no event. */
  readonly broken: () => void;
}

/** The lines of a text, a batch for each chunk of it; what comes after the last line break is no line yet. */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  { parse, broken }: LineBatchOptions,
): AsyncGenerator<readonly ArchiveLine[]> {
  let pieces: Uint8Array[] = [];
  for await (const part of chunks) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      // A line of many chunks: put together once.
      pieces.push(chunk);
      continue;
    }
    const text = Buffer.concat([...pieces, chunk.subarray(0, end)]).toString();
    const rest = chunk.subarray(end + 1);
    pieces = rest.length === 0 ? [] : [Buffer.from(rest)];
    const batch: ArchiveLine[] = [];
    for (const line of text.split('\n')) {
      const read = parse(line);
      if (read === undefined) broken();
      else batch.push(read);
    }
    if (batch.length > 0) yield batch;
  }
}
