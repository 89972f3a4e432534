import { StoreUnavailableError } from '../../store.ts';
import { FIELDS } from '../index/fields.ts';
import { type EngineAnswer, indexNames, liveQuery } from './engine-search.ts';
import { allOf, oneOf, type Query } from './query-dsl.ts';
import { EngineRefusal } from './request.ts';
import type { SearchSession } from './search-session.ts';

/** How long OpenSearch keeps a point in time for the next page. */
const KEEP_ALIVE = '2m';

/**
 * A view of some types that later writes don't change; undefined when there is none to be had: OpenSearch keeps a limited number. Pages
 * are right without it too, only that a resource may move past them as it is written.
 */
export async function openPointInTime(session: SearchSession, types: readonly string[]): Promise<string | undefined> {
  const names = indexNames(session, types);
  if (names === undefined) return undefined;
  try {
    const { pit_id } = await session.send<{ readonly pit_id: string }>({
      method: 'POST',
      path: `/${names}/_search/point_in_time`,
      querystring: { keep_alive: KEEP_ALIVE, ignore_unavailable: true, allow_partial_pit_creation: false },
      once: true,
    });
    return pit_id;
  } catch {
    return undefined;
  }
}

/** Searches as of a point in time; undefined when that is gone. */
export async function searchPointInTime(
  session: SearchSession,
  pit: string,
  types: readonly string[],
  query: Query,
  body: object,
): Promise<EngineAnswer | undefined> {
  // The id comes with a cursor, so from a client: whatever it is of, only the types searched are found.
  const ofTypes = allOf([oneOf(FIELDS.type, types), liveQuery(query)]);
  try {
    return await session.send<EngineAnswer>({
      method: 'POST',
      path: '/_search',
      querystring: { allow_partial_search_results: false },
      body: { ...body, query: ofTypes, pit: { id: pit, keep_alive: KEEP_ALIVE } },
      once: true,
    });
  } catch (error) {
    // It may be held by a node that is gone, for good: the search without it is tried again, this one is not.
    if (error instanceof EngineRefusal || error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** Gives a point in time back; it would end by itself. */
export async function closePointInTime(session: SearchSession, pit: string): Promise<void> {
  const request = { method: 'DELETE', path: '/_search/point_in_time', body: { pit_id: [pit] }, once: true } as const;
  await session.send(request).catch(() => undefined);
}
