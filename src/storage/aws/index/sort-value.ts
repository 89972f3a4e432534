import { foldString } from '../../../fhir/fold-string.ts';
import type { IndexEntry } from '../../../fhir/index/index-entry.ts';
import type { SortType } from './fields.ts';

/** Longer texts are sorted by their beginning: a value that is sorted by takes 32,766 bytes at most. */
const SORTED_CHARS = 1000;

/** The type of the field that an entry's sort value stands in. */
export function sortType(kind: Exclude<IndexEntry['kind'], 'present'>): SortType {
  switch (kind) {
    case 'date':
      return 'long';
    case 'number':
    case 'quantity':
      return 'double';
    default:
      return 'keyword';
  }
}

/** What a resource is sorted by, by an entry; undefined when it has nothing to sort by. Infinite bounds become the largest numbers. */
export function sortValue(entry: IndexEntry): string | number | undefined {
  switch (entry.kind) {
    case 'string':
      return foldString(entry.text).slice(0, SORTED_CHARS);
    case 'token':
      return entry.code.slice(0, SORTED_CHARS);
    case 'reference':
      return (entry.id ?? entry.url)?.slice(0, SORTED_CHARS);
    case 'uri':
      return entry.uri.slice(0, SORTED_CHARS);
    case 'date':
      // JSON carries whole numbers exactly up to here.
      return Math.max(entry.low, -Number.MAX_SAFE_INTEGER + 1);
    case 'number':
    case 'quantity':
      return Math.max(entry.low, -Number.MAX_VALUE);
    case 'present':
      return undefined;
  }
}
