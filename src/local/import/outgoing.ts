/** Where something stood in what is imported. */
export interface Place {
  readonly line?: number | undefined;
  /** Index in `Bundle.entry`, from 0 as in FHIRPath. */
  readonly entry?: number | undefined;
  readonly type: string;
  readonly id?: string | undefined;
}

/** One request of an import. */
export interface Outgoing {
  readonly method: 'POST' | 'PUT';
  /** Relative to the base URL; empty: the base itself. */
  readonly path: string;
  readonly body: Buffer;
  /** A bundle is answered entry by entry; a single resource by itself. */
  readonly bundle: boolean;
  /** All of it is stored or nothing. */
  readonly atomic: boolean;
  /** What its entries are; for a bundle that is sent as it came, found out only when something is refused. */
  readonly places: () => readonly Place[];
}

/** A resource on its way into a batch. */
export interface Piece {
  readonly place: Place;
  /** Its JSON, as it was written: numbers keep their digits. */
  readonly json: Buffer | string;
}

const COMMA = Buffer.from(',');
const HEAD = Buffer.from('{"resourceType":"Bundle","type":"batch","entry":[');
const TAIL = Buffer.from(']}');

/** One resource: PUT where it has an id, else POST. */
export function singleRequest({ place, json }: Piece): Outgoing {
  const { method, url } = requestLine(place);
  return { method, path: url, body: Buffer.from(json), bundle: false, atomic: true, places: () => [place] };
}

/** Several resources in a batch, each of which succeeds or fails by itself. */
export function batchRequest(pieces: readonly Piece[]): Outgoing {
  const parts = pieces.flatMap(({ place, json }, i) => [
    ...(i === 0 ? [] : [COMMA]),
    Buffer.from('{"resource":'),
    typeof json === 'string' ? Buffer.from(json) : json,
    Buffer.from(`,"request":${JSON.stringify(requestLine(place))}}`),
  ]);
  const places = pieces.map(({ place }) => place);
  const body = Buffer.concat([HEAD, ...parts, TAIL]);
  return { method: 'POST', path: '', body, bundle: true, atomic: false, places: () => places };
}

function requestLine({ type, id }: Place): { readonly method: 'PUT' | 'POST'; readonly url: string } {
  return id === undefined ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` };
}
