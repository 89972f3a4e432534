import { badRequest } from '../operation-outcome.ts';
import { type FilterScope, knownParameter, mayRead, targetTypes } from './filter-scope.ts';
import { anyOf } from './filters.ts';
import type { ParameterLeaf, ParameterPath } from './parameter-path.ts';
import { notReadable, quoted, UnknownParameterError } from './refusals.ts';
import type { Filter } from './search-query.ts';

/** What stands at the end of a path: the filter for a parameter of a type. */
export type LeafFilter = (type: string, leaf: ParameterLeaf) => Filter;

type Chain = ParameterPath & { readonly kind: 'chain' };
type Has = ParameterPath & { readonly kind: 'has' };

/**
 * The filter for a path from a type, over the references it names (https://hl7.org/fhir/R4/search.html#chaining, #has).
 *
 * @throws FhirError 400, UnknownParameterError where some link is not a parameter; 403 for a named type that may not be read.
 */
export function pathFilter(scope: FilterScope, type: string, path: ParameterPath, leafFilter: LeafFilter): Filter {
  scope.spend(1);
  if (path.kind === 'leaf') return leafFilter(type, path);
  return path.kind === 'chain' ? chainFilter(scope, type, path, leafFilter) : hasFilter(scope, type, path, leafFilter);
}

function chainFilter(
  scope: FilterScope,
  type: string,
  { code, type: named, rest }: Chain,
  leafFilter: LeafFilter,
): Filter {
  const possible = referenceTargets(scope, type, code);
  if (named !== undefined && !possible.includes(named)) {
    throw new UnknownParameterError(
      `${quoted(code)} of ${type} can't refer to ${quoted(named)}; it refers to ${listed(possible)}.`,
    );
  }
  const targets = (named === undefined ? possible : [named]).filter((target) => mayRead(scope.context, target));
  if (targets.length === 0) throw notReadable(named ?? listed(possible));
  const links: Filter[] = [];
  const codes = scope.context.definitions.sharedIndex(type).codesOf(code);
  for (const target of targets) {
    try {
      const filter = pathFilter(scope, target, rest, leafFilter);
      for (const parameter of codes) links.push({ op: 'chain', parameter, type: target, filter });
    } catch (error) {
      if (!(error instanceof UnknownParameterError) || targets.length === 1) throw error;
    }
  }
  if (links.length > 0) return anyOf(links);
  const next = rest.kind === 'has' ? `_has:${rest.type}:${rest.code}` : rest.code;
  throw new UnknownParameterError(
    `No type that ${quoted(code)} of ${type} refers to has ${quoted(next)}, or what follows it.`,
  );
}

function hasFilter(
  scope: FilterScope,
  type: string,
  { type: source, code, rest }: Has,
  leafFilter: LeafFilter,
): Filter {
  if (!scope.context.definitions.isResourceType(source)) {
    throw badRequest('invalid', `${quoted(source)} in "_has" is not a resource type.`);
  }
  if (!mayRead(scope.context, source)) throw notReadable(source);
  if (!referenceTargets(scope, source, code).includes(type)) {
    throw new UnknownParameterError(`In "_has", ${quoted(code)} of ${source} can't refer to ${type}.`);
  }
  const filter = pathFilter(scope, source, rest, leafFilter);
  const codes = scope.context.definitions.sharedIndex(source).codesOf(code);
  return anyOf(codes.map((parameter) => ({ op: 'has', type: source, parameter, filter })));
}

function referenceTargets({ context }: FilterScope, type: string, code: string): readonly string[] {
  const parameter = knownParameter(context, type, code);
  if (parameter.type === 'reference') return targetTypes(context, parameter);
  throw new UnknownParameterError(
    `${quoted(code)} of ${type} is a ${parameter.type} search parameter; only references can be followed.`,
  );
}

function listed(types: readonly string[]): string {
  return types.length > 10 ? `${types.slice(0, 10).join(', ')} …` : types.join(', ');
}
