import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { cleanHeaders } from '../api/render/clean-headers.ts';
import { renderError, renderOutcome } from '../api/render/render-outcome.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { FhirError } from '../fhir/operation-outcome.ts';
import type { GatewayResult } from './gateway-event.ts';

export interface ResultOptions {
  readonly fhirVersion: FhirVersion;
  /** Those of every answer that does not set them itself. */
  readonly headers: Readonly<Record<string, string>>;
}

const zip = promisify(gzip);

/** Bytes of JSON that Lambda takes as a function's answer (6 MB), without some for headers. */
const MOST = 6 * 2 ** 20 - 32 * 2 ** 10;

/** Bytes of base64 for which there is room. */
const MOST_BYTES = Math.floor(MOST / 4) * 3;

/** Types whose bodies are text, and go as they are. */
const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b)/i;

/**
 * What the gateway is answered. Lambda takes no more than 6 MB: an answer that is larger goes in gzip where the client takes that; where it still
 * is too large, the answer says so, and what to do.
 */
export async function resultOf(
  request: FhirRequest,
  response: FhirResponse,
  options: ResultOptions,
): Promise<GatewayResult> {
  const bytes = await wholeBody(response);
  const whole = bytes === undefined ? undefined : plainResult(request, response, bytes, options);
  if (whole !== undefined) return whole;
  if (bytes !== undefined && response.headers['content-encoding'] === undefined && takesGzip(request)) {
    const zipped = await zip(bytes);
    const headers = { ...response.headers, 'content-encoding': 'gzip', vary: varyOf(response) };
    const result = plainResult(request, { ...response, headers }, zipped, options);
    if (result !== undefined) return result;
  }
  const instead = tooLargeAnswer(request, response, options.fhirVersion);
  const body = instead.body instanceof Uint8Array ? instead.body : Buffer.concat(instead.body ?? []);
  return resultWith(request, instead, body.length === 0 ? '' : Buffer.from(body).toString(), false, options);
}

/** Undefined when it is too large. */
function plainResult(request: FhirRequest, response: FhirResponse, bytes: Uint8Array, options: ResultOptions) {
  const { 'content-type': type = '', 'content-encoding': encoding } = response.headers;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length > MOST) return undefined;
  if (bytes.length === 0) return resultWith(request, response, '', false, options);
  if (encoding === undefined && TEXT.test(type)) {
    const text = buffer.toString();
    // Of the characters in JSON's texts, few take two bytes more.
    const fits = bytes.length * 2 < MOST || Buffer.byteLength(JSON.stringify(text)) <= MOST;
    return fits ? resultWith(request, response, text, false, options) : undefined;
  }
  if (bytes.length > MOST_BYTES) return undefined;
  return resultWith(request, response, buffer.toString('base64'), true, options);
}

function resultWith(
  request: FhirRequest,
  { status, headers }: FhirResponse,
  body: string,
  isBase64Encoded: boolean,
  options: ResultOptions,
): GatewayResult {
  const all: Record<string, readonly string[]> = {};
  const put = (name: string, value: string | undefined) => {
    const [clean = ''] = value === undefined ? [] : cleanHeaders([value]);
    if (value !== undefined) all[name] = [clean];
  };
  for (const [name, value] of Object.entries(options.headers)) put(name, value);
  for (const [name, value] of Object.entries(headers)) put(name, value);
  // The gateway says itself how long a body is; the answer to a HEAD has none.
  if (request.method !== 'HEAD') delete all['content-length'];
  put('x-request-id', headers['x-request-id'] ?? request.id);
  return { statusCode: status, multiValueHeaders: all, body, isBase64Encoded };
}

/** Undefined for one beyond what can be sent, packed or not. */
async function wholeBody({ body, stream }: FhirResponse): Promise<Uint8Array | undefined> {
  if (stream === undefined) return body instanceof Uint8Array ? body : Buffer.concat(body ?? []);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream()) {
    length += piece.length;
    if (length > MOST) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function takesGzip({ headers }: FhirRequest): boolean {
  return (headers['accept-encoding'] ?? '').split(',').some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return (name === 'gzip' || name === '*') && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function varyOf({ headers }: FhirResponse): string {
  return headers.vary === undefined ? 'accept-encoding' : `${headers.vary}, accept-encoding`;
}

/** An answer to what was only read is a refusal; what was carried out stays so, and says it. */
function tooLargeAnswer({ method, url }: FhirRequest, { status, headers }: FhirResponse, version: FhirVersion) {
  const [path = ''] = url.split('?');
  const isRead = method === 'GET' || method === 'HEAD' || path.endsWith('/_search') || /\/\$[^/]*$/.test(path);
  if (isRead || status >= 400) {
    const text =
      'The answer is larger than the 6 MB that can be sent. Ask for less at once ("_count", "_elements", "_summary", fewer includes), or take it packed ("Accept-Encoding: gzip"); a large Binary is read by its signed URL.';
    return renderError(new FhirError(413, 'too-costly', text), version);
  }
  const text =
    'The request was carried out, but its answer is larger than the 6 MB that can be sent. Ask for less of it: "Prefer: return=minimal", or "Accept-Encoding: gzip".';
  const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...others } = headers;
  return renderOutcome(status, [{ severity: 'warning', code: 'too-costly', text }], version, undefined, others);
}
