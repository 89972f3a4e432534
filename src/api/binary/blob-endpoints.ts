import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { FhirError } from '../../fhir/operation-outcome.ts';
import {
  BlobExistsError,
  type BlobInfo,
  BlobMismatchError,
  type BlobStore,
  BlobTooLargeError,
} from '../../storage/blob-store.ts';
import type { Store } from '../../storage/store.ts';
import { asFhirError, internalError } from '../errors.ts';
import type { FhirRequest, FhirResponse } from '../http.ts';
import { parseMediaType } from '../negotiation/media-types.ts';
import { renderError } from '../render/render-outcome.ts';
import { basePathOf, belowBase } from '../service-base.ts';
import { parseRange } from './byte-range.ts';
import { digestHeader, givenChecksum } from './checksum-headers.ts';
import { contentError } from './content-errors.ts';
import { HOSTILE } from './hostile-content.ts';
import { requirePlainBody, whole } from './receive-binary.ts';
import type { Grant, SignedUrls } from './signed-urls.ts';

/** Bytes that went in or out, or were refused, for the audit. */
export interface BlobTransfer {
  /** ms since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Undefined where the URL was none of ours. */
  readonly grant?: Grant | undefined;
  readonly status: number;
  /** Bytes of content that were kept, or are to be sent. */
  readonly bytes: number;
  readonly remoteAddress?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface BlobEndpointsOptions {
  readonly baseUrl: string;
  /** In whose codes errors are told; default: R4's. */
  readonly fhirVersion?: FhirVersion | undefined;
  readonly urls: SignedUrls;
  readonly blobs: BlobStore;
  /** Which versions there are. */
  readonly store: Pick<Store, 'read'>;
  /** The largest content, in bytes; absent: any. */
  readonly maxBytes?: number | undefined;
  /** Told of each request before it is answered; a rejection makes the answer a 503. */
  readonly onTransfer: (transfer: BlobTransfer) => void | Promise<void>;
  readonly report: (error: unknown) => void;
  readonly now: () => number;
}

/** An answer, and how many bytes of content go with it. */
interface Transferred {
  readonly response: FhirResponse;
  readonly bytes: number;
}

/**
 * Serves the URLs that `SignedUrls` makes: PUT to give a Binary its content, GET and HEAD to have it. They need no keys: they are one.
 *
 * @returns undefined for what is none of its paths
 */
export function createBlobEndpoints(
  options: BlobEndpointsOptions,
): (request: FhirRequest) => Promise<FhirResponse> | undefined {
  const { urls, report, onTransfer, now, fhirVersion = '4.0.1' } = options;
  const basePath = basePathOf(options.baseUrl);

  async function answer(request: FhirRequest, path: string, query: string): Promise<FhirResponse> {
    const at = now();
    const { method, remoteAddress, id: requestId } = request;
    const grant = urls.verify(path, new URLSearchParams(query), remoteAddress);
    const { response, bytes } = await transfer(options, request, grant).catch((error: unknown) => {
      const known = asFhirError(error) ?? internalError(error);
      if (known.status >= 500) report(error);
      return { response: renderError(known, fhirVersion), bytes: 0 };
    });
    try {
      await onTransfer({ at, method, grant, status: response.status, bytes, remoteAddress, requestId });
    } catch (error) {
      report(error);
      const kept = response.status === 201 ? ' The content has been stored all the same.' : '';
      return renderError(new FhirError(503, 'transient', `The audit log cannot be written.${kept}`), fhirVersion);
    }
    return response;
  }

  return (request) => {
    const { path, query } = belowBase(request.url, basePath);
    return path.startsWith('/blobs/') ? answer(request, path, query) : undefined;
  };
}

async function transfer(
  options: BlobEndpointsOptions,
  request: FhirRequest,
  grant: Grant | undefined,
): Promise<Transferred> {
  if (grant === undefined) {
    const text = 'This URL was not made by this server, was changed, or has expired. Ask for the Binary again.';
    throw new FhirError(403, 'forbidden', text);
  }
  const allowed = grant.transfer === 'put' ? ['PUT'] : ['GET', 'HEAD'];
  if (!allowed.includes(request.method)) {
    throw new FhirError(403, 'forbidden', `This URL allows ${allowed.join(' and ')} alone.`);
  }
  return grant.transfer === 'put' ? upload(options, request, grant) : download(options, request, grant);
}

async function upload(
  { blobs, store, maxBytes }: BlobEndpointsOptions,
  request: FhirRequest,
  grant: Grant,
): Promise<Transferred> {
  const { headers, stream, body } = request;
  const sent = parseMediaType(headers['content-type'] ?? '').name;
  if (sent !== parseMediaType(grant.contentType).name) {
    throw new FhirError(
      415,
      'not-supported',
      `The Binary says that its content is ${grant.contentType}: send it as that.`,
    );
  }
  requirePlainBody(headers);
  // Before the bytes come, so that they need not.
  if (Number(headers['content-length'] ?? 0) > (maxBytes ?? Number.POSITIVE_INFINITY))
    throw contentError(new BlobTooLargeError());
  const current = await store.read('Binary', grant.id);
  if (current?.body === undefined) throw new FhirError(410, 'deleted', 'The Binary has been deleted.');
  if ((await blobs.info(grant)) !== undefined) throw contentError(new BlobExistsError());
  const sha256 = expectedChecksum(givenChecksum(headers), grant);
  if (grant.length !== undefined && Number(headers['content-length'] ?? grant.length) !== grant.length)
    throw otherLength(grant.length);
  const content = stream?.() ?? whole(body);
  try {
    const limit = grant.length ?? maxBytes;
    const staged = await blobs.stage(content, { contentType: grant.contentType, maxBytes: limit, sha256 });
    if (grant.length !== undefined && staged.info.length !== grant.length) {
      await staged.discard();
      throw otherLength(grant.length);
    }
    await staged.attach(grant);
    return { response: { status: 201, headers: checksumHeaders(staged.info) }, bytes: staged.info.length };
  } catch (error) {
    if (error instanceof BlobTooLargeError && grant.length !== undefined) throw otherLength(grant.length);
    throw contentError(error);
  }
}

/** What was said when the URL was given, and what comes with the bytes, must be the same. @throws FhirError 400 */
function expectedChecksum(given: string | undefined, { sha256 }: Grant): string | undefined {
  if (given !== undefined && sha256 !== undefined && given !== sha256) throw contentError(new BlobMismatchError());
  return sha256 ?? given;
}

function otherLength(length: number): FhirError {
  return new FhirError(400, 'value', `The URL is for content of ${length} bytes. Nothing was kept.`);
}

async function download({ blobs }: BlobEndpointsOptions, request: FhirRequest, grant: Grant): Promise<Transferred> {
  const info = await blobs.info(grant);
  if (info === undefined) throw new FhirError(404, 'not-found', 'The Binary has no content yet.');
  const { range: rangeHeader, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = request.headers;
  const tag = info.sha256 === undefined ? undefined : `"${info.sha256}"`;
  const headers: Record<string, string> = {
    ...HOSTILE,
    ...checksumHeaders(info),
    'accept-ranges': 'bytes',
    'content-type': info.contentType,
  };
  if (ifNoneMatch?.trim() === '*' || (tag !== undefined && ifNoneMatch?.includes(tag)))
    return { response: { status: 304, headers }, bytes: 0 };
  // Of a HEAD, ranges say nothing (RFC 9110, section 14.2).
  const isHead = request.method === 'HEAD';
  const asked = !isHead && (ifRange === undefined || ifRange === tag) ? rangeHeader : undefined;
  const range = parseRange(asked, info.length);
  if (range === 'none') {
    const text = 'The range lies outside of the content.';
    throw new FhirError(416, 'value', text, { headers: { 'content-range': `bytes */${info.length}` } });
  }
  const length = range === undefined ? info.length : range.end - range.start + 1;
  headers['content-length'] = String(length);
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end}/${info.length}`;
  const status = range === undefined ? 200 : 206;
  if (isHead) return { response: { status, headers }, bytes: 0 };
  return { response: { status, headers, stream: () => blobs.read(grant, range) }, bytes: length };
}

/** The checksum is of all the content, also beside a part of it: `Repr-Digest`. */
function checksumHeaders({ sha256 }: BlobInfo): Record<string, string> {
  return sha256 === undefined ? {} : { etag: `"${sha256}"`, 'repr-digest': digestHeader(sha256) };
}
