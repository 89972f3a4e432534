import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { tooLarge } from '../api/errors.ts';
import type { FhirRequest } from '../api/http.ts';
import { keyName } from '../auth/access-partitions.ts';
import type { GatewayCredentials } from '../auth/gateway-clients.ts';
import { badRequest } from '../fhir/operation-outcome.ts';
import type { GatewayEvent } from './gateway-event.ts';
import { urlOf } from './gateway-url.ts';

/** A request with what the gateway knows of its client system. */
export type GatewayRequest = FhirRequest & Pick<GatewayCredentials, 'apiKeyId'>;

const unzip = promisify(gunzip);
const USABLE_ID = /^[A-Za-z0-9\-._:]{1,128}$/;
const NOTHING = new Uint8Array();

/**
 * The request that an event stands for. Its id is the client's own where that is usable, else the gateway's. A body in gzip is unpacked: more
 * fits into the 10 MB that the gateway takes.
 *
 * @param basePath of the service: `/prod`, empty for a root
 */
export function requestOf(event: GatewayEvent, basePath: string): GatewayRequest {
  const headers = headersOf(event);
  const { identity, requestId } = event.requestContext ?? {};
  const ownId = headers['x-request-id'];
  const isZipped = headers['content-encoding']?.trim().toLowerCase() === 'gzip';
  if (isZipped) delete headers['content-encoding'];
  const body = (limit: number) => bodyOf(event, isZipped, limit);
  return {
    method: event.httpMethod,
    url: urlOf(event, basePath),
    headers,
    body,
    async *stream() {
      yield await body(Number.POSITIVE_INFINITY);
    },
    id: ownId !== undefined && USABLE_ID.test(ownId) ? ownId : requestId,
    remoteAddress: identity?.sourceIp ?? undefined,
    apiKeyId: identity?.apiKeyId ?? nameOfKey(headers['x-api-key']),
  };
}

/** Where the gateway does not tell the id of the key that it let in: the key itself, unseen, names the client system. */
function nameOfKey(apiKey: string | undefined): string | undefined {
  return apiKey === undefined || apiKey === '' ? undefined : keyName(apiKey);
}

function headersOf({ multiValueHeaders: all, headers: last }: GatewayEvent): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, values] of Object.entries(all ?? last ?? {})) {
    const value = typeof values === 'string' ? values : values?.join(', ');
    if (value === undefined) continue;
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

async function bodyOf({ body, isBase64Encoded }: GatewayEvent, isZipped: boolean, limit: number): Promise<Uint8Array> {
  if (body === undefined || body === null || body === '') return NOTHING;
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes.length > limit) throw tooLarge(limit);
  return isZipped ? unzipped(bytes, limit) : bytes;
}

/** No further than the limit: a few kilobytes may unpack to gigabytes. */
async function unzipped(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: Math.min(limit, MOST_UNZIPPED) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(Math.min(limit, MOST_UNZIPPED));
    throw badRequest('invalid', 'The body is not gzip, as its "Content-Encoding" says.', { cause: error });
  }
}

/** Bytes: what a function of 1 GB has room for. */
const MOST_UNZIPPED = 128 * 2 ** 20;
