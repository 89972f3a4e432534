import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type Resource } from '../../fhir/resource.ts';
import { BlobTooLargeError, type StagedBlob } from '../../storage/blob-store.ts';
import type { Call } from '../call.ts';
import type { FhirRequest } from '../http.ts';
import { parseMediaType } from '../negotiation/media-types.ts';
import { readJson } from '../read-json.ts';
import type { ServerContext } from '../server-context.ts';
import { validateBody } from '../write/validate-body.ts';
import { announcedContent } from './announced-content.ts';
import { checkBinary, requireMediaType } from './binary-content.ts';
import type { BinarySupport } from './binary-support.ts';
import { givenChecksum } from './checksum-headers.ts';
import { contentError } from './content-errors.ts';
import { inlineData } from './data-element.ts';
import { isContent } from './native-content.ts';

/** A Binary to be written, and its content where that came in place of it. */
export interface ReceivedBinary {
  readonly resource: Resource;
  readonly staged?: StagedBlob | undefined;
}

/**
 * Takes the body of a create or update of a Binary: the resource, or else its content, whatever that is (https://hl7.org/fhir/R4/binary.html#rest).
 *
 * @param id of an update
 * @throws FhirError 400, 413, 415, 507
 */
export async function receiveBinary(
  context: ServerContext,
  support: BinarySupport,
  call: Call,
  id: string | undefined,
): Promise<ReceivedBinary> {
  if (call.transport !== undefined && isContent(call)) {
    return receiveContent(support, call.headers, id, call.transport.stream ?? (() => whole(call.body)));
  }
  let bytes: Uint8Array | undefined;
  const body: Call['body'] = async (limit) => {
    bytes = await call.body(limit);
    return bytes;
  };
  const json = await readJson(context, { ...call, body });
  // JSON that is no Binary is the content of one, other FHIR resources too.
  if (bytes !== undefined && call.transport !== undefined && !(isJsonObject(json) && json.resourceType === 'Binary')) {
    const read = bytes;
    return receiveContent(support, call.headers, id, () => whole(async () => read));
  }
  const resource = validateBody(json, 'Binary', id);
  const checked = checkBinary(resource, context.definitions.version, support.inlineBytes);
  checkAnnounced(support, call, inlineData(checked, context.definitions.version) !== undefined);
  return { resource: checked };
}

/** Before anything is written: what is said of the content to come, or has to be. An entry of a Bundle can say nothing. @throws FhirError 400, 413 */
function checkAnnounced({ urls, maxBytes }: BinarySupport, call: Call, isWithin: boolean): void {
  const { length } = announcedContent(call.headers);
  if (length !== undefined && length > (maxBytes ?? Number.POSITIVE_INFINITY))
    throw contentError(new BlobTooLargeError());
  if (isWithin || urls.needsLength !== true || length !== undefined || call.transport === undefined) return;
  throw badRequest('required', 'Say how many bytes the content has that is to be put: "Upload-Length: N".');
}

async function receiveContent(
  { blobs, maxBytes = Number.POSITIVE_INFINITY }: BinarySupport,
  headers: FhirRequest['headers'],
  id: string | undefined,
  open: () => AsyncIterable<Uint8Array>,
): Promise<ReceivedBinary> {
  const { 'content-type': contentType = 'application/fhir+json', 'x-security-context': security } = headers;
  requireMediaType(contentType);
  refuseForms(contentType);
  requirePlainBody(headers);
  if (security !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(security)) {
    throw badRequest('value', '"X-Security-Context" is a reference to a resource, such as Patient/1.');
  }
  const sha256 = givenChecksum(headers);
  const resource: Resource = {
    resourceType: 'Binary',
    ...(id === undefined ? {} : { id }),
    contentType,
    ...(security === undefined ? {} : { securityContext: { reference: security } }),
  };
  try {
    // Before the bytes come, so that they need not.
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw new BlobTooLargeError();
    return { resource, staged: await blobs.stage(open(), { contentType, maxBytes, sha256 }) };
  } catch (error) {
    throw contentError(error);
  }
}

/** Holds content to come as it is. @throws FhirError 415 */
export function requirePlainBody({ 'content-encoding': encoding }: FhirRequest['headers']): void {
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new FhirError(415, 'not-supported', 'The body has a "Content-Encoding"; send it as it is.');
}

/** A form is how a page or tool sends what it was not told the type of (`curl -d`): never what is meant to be kept. @throws FhirError 415 */
function refuseForms(contentType: string): void {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)$/.test(parseMediaType(contentType).name)) return;
  const text = 'The "Content-Type" is that of a form. Send the content as it is, with the media type that it has.';
  throw new FhirError(415, 'not-supported', text);
}

/** A body as one piece; of a body that is to be streamed, where the transport can't. */
export async function* whole(body: FhirRequest['body']): AsyncIterable<Uint8Array> {
  yield await body(Number.MAX_SAFE_INTEGER);
}
