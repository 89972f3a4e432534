import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type ArchiveLine, readArchiveLine } from '../../audit/archive/archive-line.ts';
import type { LineBatches } from '../../audit/archive/line-cursor.ts';
import type { ManifestFacts } from '../../audit/archive/manifest.ts';
import { lineBatches } from './line-batches.ts';

/** What is known of lines that are packed in a file. */
export type PackedFacts = Pick<
  ManifestFacts,
  'events' | 'firstEvent' | 'lastEvent' | 'bytes' | 'sha256' | 'plainBytes' | 'plainSha256'
>;

/** Packs lines into a file. */
export async function writeDraft(file: string, lines: LineBatches): Promise<PackedFacts> {
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  let [events, bytes, plainBytes] = [0, 0, 0];
  let first: ArchiveLine | undefined;
  let last: ArchiveLine | undefined;
  async function* text() {
    for await (const batch of lines) {
      first ??= batch[0];
      last = batch.at(-1) ?? last;
      const chunk = Buffer.from(batch.map(({ line }) => `${line}\n`).join(''));
      events += batch.length;
      plainBytes += chunk.length;
      plain.update(chunk);
      yield chunk;
    }
  }
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      packed.update(chunk);
      yield chunk;
    }
  }
  await pipeline(Readable.from(text()), createGzip(), counted, createWriteStream(file, { mode: 0o600 }));
  return {
    ...{ events, firstEvent: first?.time ?? '', lastEvent: last?.time ?? '' },
    ...{ bytes, sha256: packed.digest('hex'), plainBytes, plainSha256: plain.digest('hex') },
  };
}

/** The lines of a file of {@link writeDraft}. */
export function readDraft(file: string): LineBatches {
  const options = { parse: readArchiveLine, broken: () => undefined };
  return lineBatches(createReadStream(file).pipe(createGunzip()), options);
}
