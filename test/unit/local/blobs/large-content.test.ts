import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBlobEndpoints } from '../../../../src/api/binary/blob-endpoints.ts';
import { createSignedUrls } from '../../../../src/api/binary/signed-urls.ts';
import { openFileBlobStore } from '../../../../src/local/blobs/file-blob-store.ts';
import { listen } from '../../../../src/local/http-listener.ts';
import type { StoredVersion } from '../../../../src/storage/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually } from '../transport/raw-client.ts';

const MIB = 2 ** 20;
const PIECE = Buffer.alloc(MIB, 'content ');

/** A server of signed URLs alone, over HTTP, with a Binary that is there. */
async function serve() {
  const folder = temporaryFolder();
  const blobs = openFileBlobStore(folder);
  const signing = { secret: Buffer.alloc(32, 1), lifetime: 600_000, restrictToAddress: true, now: Date.now };
  const urls = createSignedUrls({ ...signing, baseUrl: 'http://localhost' });
  const reported: unknown[] = [];
  const endpoints = createBlobEndpoints({
    baseUrl: 'http://localhost',
    urls,
    blobs,
    store: { read: async () => ({ body: Buffer.from('{}') }) as unknown as StoredVersion },
    onTransfer: () => {},
    report: (error) => reported.push(error),
    now: Date.now,
  });
  const handle = async (asked: Parameters<typeof endpoints>[0]) =>
    (await endpoints(asked)) ?? { status: 404, headers: {} };
  const report = (error: unknown) => reported.push(error);
  const listener = await listen({ handle }, { host: '127.0.0.1', port: 0, report });
  const url = (transfer: 'put' | 'get') => {
    const grant = { transfer, id: 'large', version: 1, contentType: 'application/octet-stream' };
    return listener.url + urls.sign(grant, '127.0.0.1').slice('http://localhost'.length);
  };
  return { url, listener, folder, blobs, reported };
}

const HEADERS = { 'content-type': 'application/octet-stream' };

describe('content of hundreds of megabytes', () => {
  it('goes in and out in constant memory', { timeout: 120_000 }, async () => {
    const { url, listener, reported } = await serve();
    const count = 300;
    const hash = createHash('sha256');
    async function* content() {
      for (let i = 0; i < count; i++) {
        hash.update(PIECE);
        yield PIECE;
      }
    }
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    };
    const timer = setInterval(watch, 20);
    try {
      const sending = request(url('put'), { method: 'PUT', headers: { ...HEADERS, 'content-length': count * MIB } });
      Readable.from(content(), { highWaterMark: 1 }).pipe(sending);
      const [stored] = await once(sending, 'response');
      stored.resume();
      await once(stored, 'end');
      expect(stored.statusCode).toBe(201);

      const asking = request(url('get')).end();
      const [got] = await once(asking, 'response');
      expect([got.statusCode, got.headers['content-length']]).toEqual([200, String(count * MIB)]);
      const received = createHash('sha256');
      for await (const piece of got) received.update(piece);
      const sent = hash.digest('hex');
      expect([received.digest('hex'), got.headers.etag]).toEqual([sent, `"${sent}"`]);
    } finally {
      clearInterval(timer);
      await listener.close();
    }
    expect(reported).toEqual([]);
    // The client is in this process too.
    expect((peak - before) / MIB).toBeLessThan(120);
  });
});

describe('a client that goes away', () => {
  it('in the middle of an upload leaves nothing behind, and may begin again', async () => {
    const { url, listener, folder, blobs } = await serve();
    const sending = request(url('put'), { method: 'PUT', headers: { ...HEADERS, 'content-length': 10 * MIB } });
    sending.on('error', () => {});
    sending.write(PIECE);
    await eventually(() => readdirSync(folder).length === 1);
    sending.destroy();
    await eventually(() => readdirSync(folder).length === 0);
    const again = await fetch(url('put'), { method: 'PUT', headers: HEADERS, body: PIECE });
    expect([again.status, (await blobs.info({ id: 'large', version: 1 }))?.length]).toEqual([201, MIB]);
    await listener.close();
  });

  it('in the middle of a download is not waited for', async () => {
    const { url, listener, reported } = await serve();
    await fetch(url('put'), { method: 'PUT', headers: HEADERS, body: Buffer.alloc(50 * MIB) });
    const asking = request(url('get')).end();
    asking.on('error', () => {});
    const [got] = await once(asking, 'response');
    await once(got, 'readable');
    asking.destroy();
    await listener.close();
    expect(reported).toEqual([]);
  });
});
