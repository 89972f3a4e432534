import { FIELDS, wholeTerm } from '../index/fields.ts';
import { MAX_LINKED, tooMany } from './collect-ids.ts';
import { searchTypes, type TermsAnswer } from './engine-search.ts';
import type { Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';

/** An answer has at most 65,535 buckets (`search.max_buckets`). */
const BUCKETS = 65_000;

/** Every id ends in one of these: parts of all ids, each to be asked for alone. */
const LAST_CHARACTERS = ['[0-3]', '[4-7]', '[89a-d]', '[e-n]', '[o-zA-F]', '[^0-9a-zA-F]'];

const NAME = 'targets';

/**
 * The ids of the resources of `targetType` that those of `type` passing a query refer to by a parameter; whether they are there is not looked
 * at.
 *
 * @throws SearchTooCostlyError with `narrow` in it when there are too many
 */
export async function collectTargets(
  session: SearchSession,
  { type, parameter, targetType, query }: { type: string; parameter: string; targetType: string; query: Query },
  narrow: string,
): Promise<readonly string[]> {
  const limit = session.context.maxLinked ?? MAX_LINKED;
  const start = wholeTerm(parameter, `${targetType}/`);
  const ask = async (rest: string): Promise<TermsAnswer> => {
    const terms = { field: FIELDS.reference, include: `${escaped(start)}${rest}`, size: BUCKETS };
    const answer = await searchTypes(session, [type], query, {
      size: 0,
      track_total_hits: false,
      aggs: { [NAME]: { terms } },
    });
    return answer.aggregations?.[NAME] ?? { sum_other_doc_count: 0, buckets: [] };
  };
  // In brackets: of a plain `beginning.*` OpenSearch 2.19 takes a short cut, which fails where no term begins so.
  const all = await ask('(.*)');
  const parts =
    all.sum_other_doc_count === 0 ? [all] : await Promise.all(LAST_CHARACTERS.map((last) => ask(`.*${last}`)));
  const ids = parts.flatMap(({ buckets }) => buckets.map(({ key }) => key.slice(start.length)));
  if (ids.length > limit || parts.some((part) => part.sum_other_doc_count > 0)) throw tooMany(limit, narrow);
  return ids;
}

/** As it is in Lucene's regular expressions. */
function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '\\$&');
}
