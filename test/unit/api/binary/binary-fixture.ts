import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type BlobTransfer, createBlobEndpoints } from '../../../../src/api/binary/blob-endpoints.ts';
import { createSignedUrls, type UrlSigner } from '../../../../src/api/binary/signed-urls.ts';
import { handleBundle } from '../../../../src/api/bundle/handle-bundle.ts';
import type { FhirRequest } from '../../../../src/api/http.ts';
import { openFileBlobStore } from '../../../../src/local/blobs/file-blob-store.ts';
import type { BlobStore } from '../../../../src/storage/blob-store.ts';
import type { Store } from '../../../../src/storage/store.ts';
import { type ApiOptions, BASE, type Json, openApi } from '../api-fixture.ts';

export const FHIR = 'application/fhir+json';

/** An answer, its body read, whether it was a stream or not. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON. */
  json(): Json;
  /** The URL in the `Link` header. */
  link(): string;
}

type Headers = Readonly<Record<string, string>>;

export interface BinaryApi {
  /** `GET /Binary/1`, or a signed URL; a body as an object is sent as FHIR JSON. */
  send(
    line: string,
    headers?: Headers,
    body?: Buffer | string | object,
    more?: Partial<FhirRequest>,
  ): Promise<Exchanged>;
  /** Creates a Binary by its JSON, and puts its content. Gives its id. */
  upload(content: Buffer | string, contentType?: string): Promise<string>;
  readonly blobs: BlobStore;
  readonly store: Store;
  readonly transfers: BlobTransfer[];
  readonly reported: readonly unknown[];
  /** ms since the epoch, of signed URLs. */
  readonly clock: { now: number };
}

export interface BinaryApiOptions extends ApiOptions {
  readonly inlineBytes?: number;
  readonly maxBytes?: number;
  readonly restrictToAddress?: boolean;
  /** Made in place of the server's own URLs. */
  readonly signer?: UrlSigner;
  readonly wrapBlobs?: (blobs: BlobStore) => BlobStore;
  readonly onTransfer?: (transfer: BlobTransfer) => void;
}

/** A server with Binaries' content in files, closed and removed after the tests of the file. */
export function openBinaryApi(options: BinaryApiOptions = {}): BinaryApi {
  const { inlineBytes = 1000, maxBytes, restrictToAddress = false, wrapBlobs = (all) => all, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'fwoa-binary-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const blobs = wrapBlobs(openFileBlobStore(folder));
  const clock = { now: 1_700_000_000_000 };
  const now = () => clock.now;
  const signing = { baseUrl: BASE, secret: Buffer.alloc(32, 1), lifetime: 300_000, restrictToAddress, now };
  const urls = createSignedUrls(signing);
  const binary = { blobs, urls: options.signer ?? urls, inlineBytes, maxBytes };
  const { server, store, reported } = openApi({ bundles: handleBundle, ...rest, binary });
  const transfers: BlobTransfer[] = [];
  const failures: unknown[] = [];
  const endpoints = createBlobEndpoints({
    urls,
    blobs,
    maxBytes,
    baseUrl: BASE,
    fhirVersion: options.version,
    store,
    onTransfer: options.onTransfer ?? ((transfer) => void transfers.push(transfer)),
    report: (error) => failures.push(error),
    now,
  });

  const send: BinaryApi['send'] = async (line, headers = {}, body, more = {}) => {
    const [method = '', target = ''] = line.split(' ');
    const isResource = typeof body === 'object' && !Buffer.isBuffer(body);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(isResource ? JSON.stringify(body) : (body ?? ''));
    const request: FhirRequest = {
      method,
      url: target.startsWith(BASE) ? target.slice(new URL(BASE).origin.length) : `/fhir${target}`,
      headers: { ...(isResource ? { 'content-type': FHIR, accept: FHIR } : {}), ...headers },
      body: async () => bytes,
      stream: () => inPieces(bytes),
      remoteAddress: '192.0.2.1',
      ...more,
    };
    const response = await (endpoints(request) ?? server.handle(request));
    const pieces: Uint8Array[] = [];
    if (response.stream !== undefined) for await (const piece of response.stream()) pieces.push(piece);
    else if (response.body !== undefined)
      pieces.push(...(response.body instanceof Uint8Array ? [response.body] : response.body));
    const read = Buffer.concat(pieces);
    return {
      status: response.status,
      headers: response.headers,
      bytes: read,
      text: read.toString(),
      json: () => JSON.parse(read.toString()),
      link: () => /^<([^>]+)>/.exec(response.headers.link ?? '')?.[1] ?? '',
    };
  };

  const upload: BinaryApi['upload'] = async (content, contentType = 'text/plain') => {
    const created = await send('POST /Binary', {}, { resourceType: 'Binary', contentType });
    const put = await send(`PUT ${created.link()}`, { 'content-type': contentType }, content);
    if (put.status !== 201) throw new Error(`The upload came to ${put.status}: ${put.text}`);
    return created.json().id;
  };

  const all = [reported, failures];
  return {
    send,
    upload,
    blobs,
    store,
    transfers,
    get reported() {
      return all.flat();
    },
    clock,
  };
}

async function* inPieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
