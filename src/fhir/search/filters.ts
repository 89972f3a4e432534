import type { Filter } from './search-query.ts';

/** All of several filters, without a needless level. */
export function allOf(filters: readonly Filter[]): Filter {
  return combined('and', filters);
}

/** Any of several filters, without a needless level. */
export function anyOf(filters: readonly Filter[]): Filter {
  return combined('or', filters);
}

function combined(op: 'and' | 'or', filters: readonly Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.op === op ? filter.filters : [filter]));
  const [first] = flat;
  return flat.length === 1 && first !== undefined ? first : { op, filters: flat };
}

/** The opposite. */
export function not(filter: Filter): Filter {
  return filter.op === 'not' ? filter.filter : { op: 'not', filter };
}

/** One filter over several types, from the filter of each; types with equal filters are taken together. */
export function perType(types: readonly string[], filterOf: (type: string) => Filter): Filter {
  const [single, ...further] = types;
  if (single !== undefined && further.length === 0) return filterOf(single);
  const groups = new Map<string, { readonly filter: Filter; readonly types: string[] }>();
  for (const type of types) {
    const filter = filterOf(type);
    const key = JSON.stringify(filter);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { filter, types: [type] });
    else group.types.push(type);
  }
  const [only, ...others] = groups.values();
  if (only !== undefined && others.length === 0) return only.filter;
  return anyOf([...groups.values()].map(({ filter, types: those }) => allOf([{ op: 'types', types: those }, filter])));
}
