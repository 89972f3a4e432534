/** A part of a query in OpenSearch's language, as far as searches use it. Always in filter context: nothing is scored. */
export interface Query {
  readonly match_all?: Readonly<Record<string, never>>;
  readonly match_none?: Readonly<Record<string, never>>;
  readonly bool?: BoolQuery;
  readonly nested?: { readonly path: string; readonly query: Query };
  readonly term?: Readonly<Record<string, string | boolean>>;
  readonly terms?: Readonly<Record<string, readonly string[]>>;
  readonly prefix?: Readonly<Record<string, string>>;
  readonly wildcard?: Readonly<Record<string, { readonly value: string }>>;
  readonly range?: Readonly<Record<string, RangeBounds>>;
  readonly match_phrase?: Readonly<Record<string, string>>;
}

/** Has either `should` alone, or the other two. */
export interface BoolQuery {
  readonly filter?: readonly Query[] | undefined;
  readonly should?: readonly Query[] | undefined;
  readonly must_not?: readonly Query[] | undefined;
}

export interface RangeBounds {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  /** On a field of ranges alone. */
  readonly relation?: 'WITHIN' | 'INTERSECTS';
}

export const EVERYTHING: Query = { match_all: {} };
export const NOTHING: Query = { match_none: {} };

/** A list of terms has no more than this: `index.max_terms_count` is 65,536. */
const TERMS_A_LIST = 50_000;

/** All of several. */
export function allOf(queries: readonly Query[]): Query {
  const rest = queries.filter((query) => query.match_all === undefined);
  if (rest.some((query) => query.match_none !== undefined)) return NOTHING;
  const [first] = rest;
  if (first === undefined) return EVERYTHING;
  if (rest.length === 1) return first;
  const filter: Query[] = [];
  const mustNot: Query[] = [];
  for (const query of rest) {
    const { bool } = query;
    if (bool === undefined || bool.should !== undefined) filter.push(query);
    else {
      filter.push(...(bool.filter ?? []));
      mustNot.push(...(bool.must_not ?? []));
    }
  }
  return { bool: { ...(filter.length > 0 && { filter }), ...(mustNot.length > 0 && { must_not: mustNot }) } };
}

/** Any of several. */
export function anyOf(queries: readonly Query[]): Query {
  const rest = queries.filter((query) => query.match_none === undefined);
  if (rest.some((query) => query.match_all !== undefined)) return EVERYTHING;
  const [first] = rest;
  if (first === undefined) return NOTHING;
  if (rest.length === 1) return first;
  return { bool: { should: rest.flatMap((query) => query.bool?.should ?? [query]) } };
}

export function not(query: Query): Query {
  if (query.match_all !== undefined) return NOTHING;
  if (query.match_none !== undefined) return EVERYTHING;
  const { bool } = query;
  // Twice not.
  if (bool?.must_not?.length === 1 && bool.filter === undefined) return bool.must_not[0] ?? EVERYTHING;
  return { bool: { must_not: bool?.should ?? [query] } };
}

/** A field has one of some terms, of which there may be very many. */
export function oneOf(field: string, terms: readonly string[]): Query {
  const [first] = terms;
  if (first === undefined) return NOTHING;
  if (terms.length === 1) return { term: { [field]: first } };
  return anyOf(chunks([...new Set(terms)], TERMS_A_LIST).map((chunk) => ({ terms: { [field]: chunk } })));
}

/** A list in parts of a bounded length. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (items.length <= size) return items.length === 0 ? [] : [items];
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
