import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';

/** A body as it is stored. */
export interface EncodedBody {
  readonly bytes: Uint8Array;
  /** Not compressed, since that would have been longer. */
  readonly plain: boolean;
}

/** Bytes that are done at once; more would hold up others, and go to a thread. */
const AT_ONCE = 2 ** 15;

/** Below this nothing gets shorter. */
const SHORTEST = 128;

/** What a small body is inflated into: zlib makes room for 16 KB by itself, which takes longer than the work. */
const SMALL = { bytes: 2 ** 11, options: { chunkSize: 2 ** 12 } };

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Raw deflate. */
export async function encodeBody(body: Uint8Array): Promise<EncodedBody> {
  if (body.length < SHORTEST) return { bytes: body, plain: true };
  const bytes = body.length <= AT_ONCE ? deflateRawSync(body) : await deflate(body);
  return bytes.length < body.length ? { bytes, plain: false } : { bytes: body, plain: true };
}

export async function decodeBody({ bytes, plain }: EncodedBody): Promise<Uint8Array> {
  const options = bytes.length <= SMALL.bytes ? SMALL.options : undefined;
  const body = plain ? bytes : bytes.length <= AT_ONCE ? inflateRawSync(bytes, options) : await inflate(bytes);
  // Not a Buffer: those of another kind do not compare equal with what was given.
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
}
