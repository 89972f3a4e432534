import type { SearchParameter } from '../definitions/definitions.ts';
import type { CodeSet } from '../terminology/terminology.ts';
import { tooCostly, unknownParameter } from './refusals.ts';
import type { SearchContext } from './search-context.ts';

/** What the parts of one search's parsing share. */
export interface FilterScope {
  readonly context: SearchContext;
  /** Codes of the stored value sets that the search names, by the reference it names them with. */
  readonly valueSets: ReadonlyMap<string, CodeSet>;
  /** Counts tests and links of chains, which multiply with values and target types. @throws FhirError 400 when there are too many. */
  readonly spend: (amount: number) => void;
}

/** Tests and links of one search: ten thousand values fit, or some hundred ids that may be of any type. */
const MAX_TESTS = 100_000;

export function createFilterScope(context: SearchContext, valueSets: ReadonlyMap<string, CodeSet>): FilterScope {
  let spent = 0;
  const spend = (amount: number) => {
    spent += amount;
    if (spent > MAX_TESTS) {
      throw tooCostly('The search has too many values for the types they may refer to; name the types.');
    }
  };
  return { context, valueSets, spend };
}

/** The parameter of a type. @throws UnknownParameterError */
export function knownParameter({ definitions }: SearchContext, type: string, code: string): SearchParameter {
  const parameter = definitions.searchParameter(type, code);
  if (parameter !== undefined) return parameter;
  throw unknownParameter(
    code,
    type,
    definitions.searchParameters(type).map((known) => known.code),
  );
}

/** The types that a reference parameter may lead to. */
export function targetTypes(
  { definitions }: SearchContext,
  { target }: Pick<SearchParameter, 'target'>,
): readonly string[] {
  return target ?? definitions.resourceTypes;
}

/** True of a type that the caller may read. */
export function mayRead({ readable }: SearchContext, type: string): boolean {
  return readable?.(type) ?? true;
}
