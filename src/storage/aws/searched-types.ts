import type { Filter, SearchQuery } from '../../fhir/search/search-query.ts';

/** The types whose resources decide what matches: those searched, and those of chains. */
export function searchedTypes({ types, filter }: SearchQuery): readonly string[] {
  const all = new Set(types);
  addTypes(filter, all);
  return [...all];
}

function addTypes(filter: Filter, types: Set<string>): void {
  switch (filter.op) {
    case 'and':
    case 'or':
      for (const each of filter.filters) addTypes(each, types);
      return;
    case 'not':
      addTypes(filter.filter, types);
      return;
    case 'chain':
    case 'has':
      types.add(filter.type);
      addTypes(filter.filter, types);
      return;
    default:
  }
}
