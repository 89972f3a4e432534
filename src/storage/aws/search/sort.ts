import type { SearchQuery, SortKey } from '../../../fhir/search/search-query.ts';
import { FIELDS, sortField } from '../index/fields.ts';

/** How OpenSearch sorts by one key. */
export type EngineSort = Readonly<Record<string, object>>;

/** Beyond every date: a missing one comes last. No larger number comes back from JSON as it was. */
const NO_DATE = Number.MAX_SAFE_INTEGER;

const FIELD_TYPES = {
  string: 'keyword',
  token: 'keyword',
  reference: 'keyword',
  uri: 'keyword',
  date: 'long',
  number: 'double',
  quantity: 'double',
} as const;

/** The sort of a search; ends in id and type, so that no two resources are equal in it. */
export function sortOf({ sort, types }: Pick<SearchQuery, 'sort' | 'types'>): readonly EngineSort[] {
  const last: EngineSort[] = [{ [FIELDS.id]: { order: 'asc' } }];
  if (types.length > 1) last.push({ [FIELDS.type]: { order: 'asc' } });
  return [...sort.map(sortKey), ...last];
}

function sortKey(key: SortKey): EngineSort {
  const order = key.descending ? 'desc' : 'asc';
  if (key.parameter === '_id') return { [FIELDS.id]: { order } };
  if (key.parameter === '_lastUpdated') return { [FIELDS.lastUpdated]: { order } };
  if (key.also !== undefined && key.also.length > 0) return scriptSort(key, [key.parameter, ...key.also]);
  const type = FIELD_TYPES[key.type];
  const missing = type !== 'long' ? '_last' : key.descending ? -NO_DATE : NO_DATE;
  const mode = key.descending ? 'max' : 'min';
  return { [sortField(type, key.parameter)]: { order, mode, missing, unmapped_type: type } };
}

/**
 * The least or greatest over several fields, which only a script can take. A type's mapping need not have each of them. The text is the same
 * for every search, so it is compiled once.
 */
function scriptSort(key: SortKey, codes: readonly string[]): EngineSort {
  const type = FIELD_TYPES[key.type] === 'keyword' ? 'string' : 'number';
  const fieldType = FIELD_TYPES[key.type];
  const params = { fields: codes.map((code) => sortField(fieldType, code)), descending: key.descending };
  const source = type === 'string' ? TEXT_SCRIPT : NUMBER_SCRIPT;
  return { _script: { type, order: key.descending ? 'desc' : 'asc', script: { lang: 'painless', source, params } } };
}

/** Texts that are there begin with 1, what is missing is 2 ascending and 0 descending. */
const TEXT_SCRIPT = `String best = null;
for (String field : params.fields) {
  if (!doc.containsKey(field)) continue;
  for (String value : doc[field]) {
    if (best == null || (params.descending ? value.compareTo(best) > 0 : value.compareTo(best) < 0)) best = value;
  }
}
return best == null ? (params.descending ? '0' : '2') : '1' + best;`;

const NUMBER_SCRIPT = `double best = params.descending ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
for (String field : params.fields) {
  if (!doc.containsKey(field)) continue;
  for (def value : doc[field]) best = params.descending ? Math.max(best, value) : Math.min(best, value);
}
return best;`;
