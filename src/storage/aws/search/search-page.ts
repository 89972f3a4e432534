import type { SearchQuery } from '../../../fhir/search/search-query.ts';
import type { SearchPage } from '../../store.ts';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';
import { type EngineAnswer, type Hit, searchTypes } from './engine-search.ts';
import { includedBy, includeFields } from './includes.ts';
import { closePointInTime, openPointInTime, searchPointInTime } from './point-in-time.ts';
import { NOTHING, type Query } from './query-dsl.ts';
import { resolveFilter } from './resolve-links.ts';
import type { SearchContext } from './search-context.ts';
import { createSession, type SearchSession } from './search-session.ts';
import { sortOf } from './sort.ts';
import { STORED_SOURCE, storedResources, typeOfHit } from './stored-resources.ts';

/** An estimated total counts no further. */
const ESTIMATE_BOUND = 10_000;

/** `index.max_result_window`: so many hits come at once. */
const MOST_HITS = 10_000;

/**
 * Answers a search from the index. A plain one is one request; chains, includes, alternatives in their thousands and the second page take
 * further ones.
 *
 * @throws InvalidCursorError
 * @throws SearchTooCostlyError
 * @throws StoreUnavailableError
 */
export async function searchPage(context: SearchContext, query: SearchQuery): Promise<SearchPage> {
  const session = createSession(context);
  const { types } = query;
  const sort = sortOf(query);
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query, query.cursor, sort.length);
  if (query.count === 0 && query.total === 'none') return { matches: [], included: [] };
  const filter = await resolveFilter(session, query.filter, types);
  if (filter === NOTHING) return { matches: [], included: [], total: 0 };
  const size = query.count === 0 ? 0 : Math.min(query.count + 1, MOST_HITS);
  const body = {
    size,
    sort,
    _source: STORED_SOURCE,
    track_total_hits: query.total === 'accurate' ? true : query.total === 'estimate' ? ESTIMATE_BOUND : false,
    ...includeFields(query.includes),
    ...(cursor !== undefined && { search_after: cursor.after }),
  };
  const { answer, pit } = await pageOf(session, types, filter, body, cursor);
  return assembled(session, query, answer.hits, Math.max(size - 1, 0), cursor, pit);
}

/** From the second page on, a point in time: what is written meanwhile doesn't move what is still to come. */
async function pageOf(
  session: SearchSession,
  types: readonly string[],
  filter: Query,
  body: object,
  cursor: Cursor | undefined,
): Promise<{ readonly answer: EngineAnswer; readonly pit?: string | undefined }> {
  if (cursor !== undefined) {
    const pit = cursor.pit ?? (await openPointInTime(session, types));
    const answer = pit === undefined ? undefined : await searchPointInTime(session, pit, types, filter, body);
    if (answer !== undefined) return { answer, pit: answer.pit_id ?? pit };
  }
  return { answer: await searchTypes(session, types, filter, body) };
}

async function assembled(
  session: SearchSession,
  query: SearchQuery,
  { hits, total }: EngineAnswer['hits'],
  count: number,
  cursor: Cursor | undefined,
  pit: string | undefined,
): Promise<SearchPage> {
  const { types, includes } = query;
  const page = hits.slice(0, count);
  const last: Hit | undefined = hits.length > page.length ? page.at(-1) : undefined;
  const asFound = (hit: Hit) => ({ type: typeOfHit(types, hit), hit });
  const [matches, { found, truncated }] = await Promise.all([
    storedResources(session.context, types, page),
    includedBy(session, includes, includes.length === 0 ? [] : page.map(asFound)),
    last === undefined && pit !== undefined ? closePointInTime(session, pit) : undefined,
  ]);
  const included = await Promise.all(found.map(({ type, hit }) => storedResources(session.context, [type], [hit])));
  const complete = count > 0 && cursor === undefined && last === undefined;
  const known = complete ? page.length : total?.value;
  return {
    matches,
    included: included.flat(),
    ...(known === undefined ? {} : { total: known }),
    ...(truncated ? { includedTruncated: true } : {}),
    ...(last === undefined ? {} : { next: encodeCursor(query, { after: last.sort, pit }) }),
  };
}
