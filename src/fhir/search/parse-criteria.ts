import { badRequest } from '../operation-outcome.ts';
import { splitUnescaped } from './escapes.ts';
import { formatQueryString, parseQueryString } from './parse-query-string.ts';
import { parseSearch } from './parse-search.ts';
import { notSupported, quoted } from './refusals.ts';
import { baseName, isResultParameter } from './result-parameters.ts';
import type { QueryPair, SearchContext } from './search-context.ts';
import type { Filter } from './search-query.ts';

/** The condition of a conditional interaction or reference. */
export interface Criteria {
  readonly filter: Filter;
  /** `Type?name=value&…` in a normal form: equal conditions have equal text. */
  readonly criteria: string;
}

/** Values that are one text, and no list. */
const UNDIVIDED: ReadonlySet<string> = new Set(['_filter']);

/**
 * Reads the condition of a conditional interaction (https://hl7.org/fhir/R4/http.html#cond-update) or reference. All of it must be
 * understood, whatever handling is asked for, as it decides what is written.
 *
 * @throws FhirError 400; for parameters about results too, and when there is no criterion.
 */
export async function parseCriteria(type: string, queryString: string, context: SearchContext): Promise<Criteria> {
  const pairs = parseQueryString(queryString).filter(([name]) => name !== '_format' && name !== '_pretty');
  const result = pairs.find(([name]) => isResultParameter(name));
  if (result !== undefined) {
    throw notSupported(`${quoted(baseName(result[0]))} is not a condition; only search criteria are.`);
  }
  if (pairs.length === 0) throw badRequest('required', `A condition on ${type} needs at least one search criterion.`);
  const { query } = await parseSearch({ type, parameters: pairs, handling: 'strict' }, context);
  const parts = new Set(pairs.map((pair) => formatQueryString([normal(pair)])));
  return { filter: query.filter, criteria: `${type}?${[...parts].sort().join('&')}` };
}

function normal([name, value]: QueryPair): QueryPair {
  if (UNDIVIDED.has(name)) return [name, value];
  return [name, [...new Set(splitUnescaped(value, ','))].sort().join(',')];
}
