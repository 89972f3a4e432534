import type { Filter } from '../../../fhir/search/search-query.ts';
import { FIELDS } from '../index/fields.ts';
import { compositeQuery, type IsCaseSensitive, matchQuery, presentQuery } from './compile-match.ts';
import { instantQuery } from './compile-ranges.ts';
import { fullTextQuery } from './full-text.ts';
import { allOf, anyOf, NOTHING, not, oneOf, type Query } from './query-dsl.ts';

/** A filter that leads to other resources: resolved before it is compiled. */
export type LinkFilter = Filter & { readonly op: 'chain' | 'has' };

export interface CompileContext {
  readonly isCaseSensitive: IsCaseSensitive;
  /** What the links of the filter have come to. */
  readonly links: ReadonlyMap<LinkFilter, Query>;
}

/** A filter as OpenSearch's query, with the meaning that search-query.ts gives it. */
export function compileFilter(context: CompileContext, filter: Filter): Query {
  switch (filter.op) {
    case 'and':
      return allOf(
        [...restOf('and', filter.filters), ...notAny(filter.filters)].map((part) => compileFilter(context, part)),
      );
    case 'or':
      return anyOf(united(restOf('or', filter.filters)).map((part) => compileFilter(context, part)));
    case 'not':
      return not(compileFilter(context, filter.filter));
    case 'ids':
      return oneOf(FIELDS.id, filter.ids);
    case 'types':
      return oneOf(FIELDS.type, filter.types);
    case 'lastUpdated':
      return instantQuery(FIELDS.lastUpdated, filter.test);
    case 'missing':
      return not(presentQuery(filter.parameter));
    case 'match':
      return matchQuery(context.isCaseSensitive, '', filter.parameter, filter.tests);
    case 'composite':
      return compositeQuery(context.isCaseSensitive, filter.parameter, filter.tuples);
    case 'text':
      return fullTextQuery(FIELDS[filter.field], filter.text);
    case 'chain':
    case 'has':
      return context.links.get(filter) ?? NOTHING;
  }
}

type NotFilter = Filter & { readonly op: 'not' };

function isNot(filter: Filter): filter is NotFilter {
  return filter.op === 'not';
}

/** The parts that are not negations, out of parts of the same operation. */
function restOf(op: 'and' | 'or', filters: readonly Filter[]): readonly Filter[] {
  const flat = filters.flatMap((part) => (part.op === op ? part.filters : [part]));
  return op === 'and' ? flat.filter((part) => !isNot(part)) : flat;
}

/** Not a and not b is not (a or b), which may be one list of terms. */
function notAny(filters: readonly Filter[]): readonly Filter[] {
  const negated = filters
    .flatMap((part) => (part.op === 'and' ? part.filters : [part]))
    .filter(isNot)
    .map(({ filter }) => filter);
  return negated.length === 0 ? [] : [{ op: 'not', filter: { op: 'or', filters: negated } }];
}

/** Alternatives of one parameter's values as one: their tests may become one list of terms. */
function united(filters: readonly Filter[]): readonly Filter[] {
  const matches = new Map<string, (Filter & { readonly op: 'match' })[]>();
  const rest = filters.filter((part) => {
    if (part.op !== 'match') return true;
    const alike = matches.get(part.parameter);
    if (alike === undefined) matches.set(part.parameter, [part]);
    else alike.push(part);
    return false;
  });
  const merged = [...matches].map(
    ([parameter, alike]): Filter => ({ op: 'match', parameter, tests: alike.flatMap(({ tests }) => tests) }),
  );
  return [...merged, ...rest];
}
