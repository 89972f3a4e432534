import type { ChangeMethod } from '../../store.ts';
import { FIELDS } from '../index/fields.ts';
import { allOf, type Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';

/** A value that a hit is sorted by. */
export type SortValue = string | number | null;

/** Where the versions' bodies stand: see {@link FIELDS.stored}. */
export interface StoredFields {
  readonly version: number;
  readonly lastUpdated: number;
  readonly method: ChangeMethod;
  readonly body?: string | undefined;
  readonly away?: boolean | undefined;
}

export interface Hit {
  readonly _id: string;
  readonly _source?: { readonly stored: StoredFields } | undefined;
  readonly sort: readonly SortValue[];
  readonly fields?: { readonly reference?: readonly string[] | undefined } | undefined;
}

export interface EngineAnswer {
  readonly pit_id?: string | undefined;
  readonly timed_out: boolean;
  readonly hits: {
    readonly total?: { readonly value: number; readonly relation: 'eq' | 'gte' } | undefined;
    readonly hits: readonly Hit[];
  };
  readonly aggregations?: Readonly<Record<string, TermsAnswer>> | undefined;
}

export interface TermsAnswer {
  readonly sum_other_doc_count: number;
  readonly buckets: readonly { readonly key: string }[];
}

/** A URL may have 4,096 characters; more index names than this stand in the body of a request for several searches. */
const NAMES_IN_URL = 3000;

/** Indexes of types that have no resources yet are not there; half an answer is none. */
const OPTIONS = { ignore_unavailable: true, allow_no_indices: true, allow_partial_search_results: false } as const;

/** Searches the current resources of some types. */
export async function searchTypes(
  session: SearchSession,
  types: readonly string[],
  query: Query,
  body: object,
): Promise<EngineAnswer> {
  const full = { ...body, query: liveQuery(query) };
  const names = indexNames(session, types);
  if (names !== undefined)
    return session.send<EngineAnswer>({ method: 'POST', path: `/${names}/_search`, querystring: OPTIONS, body: full });
  return searchMany(session, types, full);
}

/** The names of the types' indexes for a URL; undefined when they are too many for it. */
export function indexNames({ context }: SearchSession, types: readonly string[]): string | undefined {
  const names = types.map(context.indexOf).join();
  return names.length <= NAMES_IN_URL ? names : undefined;
}

/** The names in the body, as the line before the search. */
async function searchMany(session: SearchSession, types: readonly string[], body: object): Promise<EngineAnswer> {
  const header = { index: types.map(session.context.indexOf), ...OPTIONS };
  const answer = await session.send<{ readonly responses: readonly EngineAnswer[] }>({
    method: 'POST',
    path: '/_msearch',
    body: [header, body],
  });
  const [first] = answer.responses;
  if (first === undefined) throw new Error('OpenSearch did not answer the search.');
  return first;
}

/** The resources that are there and pass a query. */
export function liveQuery(query: Query): Query {
  const live: Query = { term: { [FIELDS.live]: true } };
  return allOf([live, query]);
}
