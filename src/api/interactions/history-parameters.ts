import { dateRange } from '../../fhir/date-range.ts';
import { badRequest } from '../../fhir/operation-outcome.ts';
import { closest } from '../../fhir/search/closest.ts';
import { quoted } from '../../fhir/search/refusals.ts';
import type { QueryPair } from '../../fhir/search/search-context.ts';
import type { HistoryQuery } from '../../storage/store.ts';
import type { Preferences } from '../negotiation/preferences.ts';
import type { Limits } from '../server-context.ts';

/** What a history is asked with (https://hl7.org/fhir/R4/http.html#history), beside the parameters of every answer. */
const HISTORY_PARAMETERS = ['_count', '_since', '_at', '_cursor'];
const ANSWER_PARAMETERS = ['_format', '_pretty', '_summary', '_elements'];

export interface ParsedHistory {
  readonly query: Omit<HistoryQuery, 'types' | 'id'>;
  /** Those of the self link, `_count` as it is in effect. */
  readonly understood: readonly QueryPair[];
}

/** Reads a history's parameters. @throws FhirError 400; under lenient handling, unknown ones are ignored */
export function parseHistoryParameters(
  pairs: readonly QueryPair[],
  limits: Pick<Limits, 'defaultCount' | 'maxCount'>,
  handling: Preferences['handling'],
): ParsedHistory {
  const values = new Map<string, string>();
  const understood: QueryPair[] = [];
  for (const [name, value] of pairs) {
    const ours = HISTORY_PARAMETERS.includes(name);
    if (!ours && !ANSWER_PARAMETERS.includes(name)) {
      if (handling === 'strict') throw unknownParameter(name);
      continue;
    }
    if (ours && values.has(name)) throw badRequest('invalid', `${quoted(name)} may be given only once.`);
    values.set(name, value);
    understood.push([name, value]);
  }
  const count = parseCount(values.get('_count'), limits);
  const query = {
    count,
    since: rangeOf('_since', values.get('_since'))?.low,
    at: rangeOf('_at', values.get('_at')),
    cursor: values.get('_cursor'),
  };
  return { query, understood: understood.map(([name, value]) => [name, name === '_count' ? String(count) : value]) };
}

function parseCount(
  value: string | undefined,
  { defaultCount, maxCount }: Pick<Limits, 'defaultCount' | 'maxCount'>,
): number {
  if (value === undefined) return defaultCount;
  if (!/^\d{1,9}$/.test(value)) throw badRequest('value', '"_count" is a whole number, 0 or more.');
  return Math.min(Number(value), maxCount);
}

/** `_since` is an instant, `_at` may be less exact. */
function rangeOf(name: string, value: string | undefined): { readonly low: number; readonly high: number } | undefined {
  if (value === undefined) return undefined;
  // A "+" that a client left unencoded before a time zone has become a space.
  const range = dateRange(value.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (range === undefined) throw badRequest('value', `${quoted(name)} is a date or time such as 2024-01-31T10:00:00Z.`);
  return range;
}

function unknownParameter(name: string): Error {
  const nearest = closest(name, HISTORY_PARAMETERS);
  const hint = nearest === undefined ? '' : ` Did you mean ${quoted(nearest)}?`;
  return badRequest('not-supported', `A history has no parameter ${quoted(name)}.${hint}`);
}
