import type { CodeSet } from '../terminology/terminology.ts';
import { splitUnescaped } from './escapes.ts';
import { comparisonsOf } from './filter-expression/filter-expression.ts';
import { parseFilterExpression } from './filter-expression/parse-filter-expression.ts';
import { mayRead } from './filter-scope.ts';
import { tooCostly } from './refusals.ts';
import type { QueryPair, SearchContext } from './search-context.ts';
import { valueSetReference } from './token-sets.ts';

const MAX_VALUE_SETS = 50;

/**
 * The codes of the stored value sets that a search names, fetched before it is parsed, so that the rest of parsing waits for nothing.
 *
 * @throws FhirError 400 when they are too many.
 */
export async function resolveValueSets(
  parameters: readonly QueryPair[],
  context: SearchContext,
): Promise<ReadonlyMap<string, CodeSet>> {
  const found = new Map<string, CodeSet>();
  const { resolveValueSet, terminology } = context;
  // What a stored value set holds must not show in what is found by it.
  if (resolveValueSet === undefined || !mayRead(context, 'ValueSet')) return found;
  const named = new Set(parameters.flatMap(namedValueSets).map((value) => valueSetReference(value, context)));
  if (named.size > MAX_VALUE_SETS) throw tooCostly(`A search may name at most ${MAX_VALUE_SETS} value sets.`);
  for (const reference of named) {
    if (terminology.expand(reference) !== undefined) continue;
    const codes = await resolveValueSet(reference);
    if (codes !== undefined) found.set(reference, codes);
  }
  return found;
}

function namedValueSets([name, value]: QueryPair): readonly string[] {
  if (name.endsWith(':in') || name.endsWith(':not-in')) return splitUnescaped(value, ',');
  if (name !== '_filter') return [];
  const comparisons = comparisonsOf(parseFilterExpression(value));
  return comparisons.filter(({ comparison }) => comparison === 'in' || comparison === 'ni').map((test) => test.value);
}
