/** A server, and what it wants to be told with each request. */
export interface LoadTarget {
  /** `http://host:port`; a path in it is of no account. */
  readonly url: string;
  /** Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A load to be put on a server. */
export interface LoadTask extends LoadTarget {
  readonly connections: number;
  /** Whole requests, as they go over the wire. */
  readonly requests: readonly Uint8Array[];
  /** Undefined: each request once. Else they go round for so many seconds. */
  readonly seconds?: number | undefined;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  /** Median and 99th percentile of the time from sending to having all of the answer, in ms. */
  readonly p50: number;
  readonly p99: number;
  /** How many answers had which status. */
  readonly statuses: ReadonlyMap<number, number>;
}

export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** A request as it goes over the wire. */
export function wireRequest({ method, path, headers = {}, body }: RequestParts): Uint8Array {
  const all = { host: 'localhost', ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return body === undefined ? head : Buffer.concat([head, body]);
}

/** A request with further headers, after its first line. */
export function withHeaders(request: Uint8Array, headers: Readonly<Record<string, string>>): Uint8Array {
  const at = request.indexOf(10) + 1;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([request.subarray(0, at), Buffer.from(lines.join(''), 'latin1'), request.subarray(at)]);
}

/** A GET of FHIR JSON. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): Uint8Array {
  return wireRequest({ method: 'GET', path, headers: { accept: 'application/fhir+json', ...headers } });
}

/** A POST or PUT of FHIR JSON. */
export function writeRequest(method: 'POST' | 'PUT', path: string, body: Uint8Array): Uint8Array {
  const headers = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' };
  return wireRequest({ method, path, headers, body });
}
