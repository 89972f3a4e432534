import type { SearchParameter } from '../definitions/definitions.ts';
import { badRequest } from '../operation-outcome.ts';
import { knownParameter, mayRead, targetTypes } from './filter-scope.ts';
import { notReadable, notSupported, quoted, tooCostly, UnknownParameterError } from './refusals.ts';
import { baseName } from './result-parameters.ts';
import type { QueryPair, SearchContext } from './search-context.ts';
import type { Include } from './search-query.ts';

const MAX_REQUESTS = 100;

/** An `_include` or `_revinclude`, taken apart. */
interface IncludeRequest {
  readonly name: string;
  readonly reverse: boolean;
  readonly iterate: boolean;
  /** `*` for all. */
  readonly source: string;
  readonly code: string;
  readonly target: string | undefined;
}

/**
 * What an `_include` or a `_revinclude` brings in (https://hl7.org/fhir/R4/search.html#include): `Type:parameter[:target]`, with `*` for
 * the parameter or for all; `:iterate`, and its older name `:recurse`.
 *
 * @throws FhirError 400; UnknownParameterError; 403 for a type that is named and may not be read.
 */
export function parseIncludes(
  [name, value]: QueryPair,
  types: readonly string[],
  context: SearchContext,
): readonly Include[] {
  const requests = value.split(',');
  if (requests.length > MAX_REQUESTS) throw tooCostly(`${quoted(name)} takes at most ${MAX_REQUESTS} values.`);
  return requests.flatMap((one) => requested(includeRequest(name, one), types, context));
}

function requested(request: IncludeRequest, types: readonly string[], context: SearchContext): readonly Include[] {
  return sourcesOf(request, types, context).flatMap((source) => {
    const include = includeFrom(request, source, types, context);
    return include === undefined ? [] : [include];
  });
}

function includeRequest(name: string, value: string): IncludeRequest {
  const [base, modifier, ...more] = name.split(':');
  const iterate = modifier === 'iterate' || modifier === 'recurse';
  if (base !== baseName(name) || more.length > 0 || (modifier !== undefined && !iterate)) {
    throw notSupported(`${quoted(name)} is not known; ${quoted(`${baseName(name)}:iterate`)} is.`);
  }
  const [source = '', code = source === '*' ? '*' : '', target, ...rest] = value.split(':');
  if (source === '' || code === '' || target === '' || rest.length > 0) {
    throw badRequest(
      'value',
      `${quoted(name)} takes [type]:[parameter], [type]:[parameter]:[target type], [type]:* or *.`,
    );
  }
  return { name, reverse: base === '_revinclude', iterate, source, code, target };
}

/** The types that hold the references. */
function sourcesOf(
  { name, reverse, iterate, source }: IncludeRequest,
  types: readonly string[],
  context: SearchContext,
) {
  const { definitions } = context;
  if (source === '*') {
    return (reverse || iterate ? definitions.resourceTypes : types).filter((type) => mayRead(context, type));
  }
  if (!definitions.isResourceType(source)) {
    throw badRequest('value', `${quoted(source)} in ${quoted(name)} is not a resource type.`);
  }
  if (!mayRead(context, source)) throw notReadable(source);
  return [source];
}

function includeFrom(
  request: IncludeRequest,
  source: string,
  types: readonly string[],
  context: SearchContext,
): Include | undefined {
  const { name, reverse, iterate, code, target } = request;
  if (target !== undefined && !context.definitions.isResourceType(target)) {
    throw badRequest('value', `${quoted(target)} in ${quoted(name)} is not a resource type.`);
  }
  if (target !== undefined && !mayRead(context, target)) throw notReadable(target);
  const all = code === '*';
  const parameters = all ? referencesOf(source, context) : [includedParameter(source, code, context)];
  // An iterated reverse include follows from what is included, whose types are not known yet.
  const wanted = target === undefined ? (reverse && all && !iterate ? types : undefined) : [target];
  const reaching = wanted === undefined ? parameters : parameters.filter((one) => reaches(one, wanted, context));
  if (reaching.length === 0) {
    if (all) return undefined;
    throw new UnknownParameterError(`${quoted(code)} of ${source} can't refer to ${quoted(target ?? '')}.`);
  }
  const { codesOf } = context.definitions.sharedIndex(source);
  const codes = [...new Set(reaching.flatMap((parameter) => codesOf(parameter.code)))];
  if (!reverse) {
    const targets = forwardTargets(reaching, target, context);
    return targets?.length === 0 ? undefined : { reverse, source, parameters: codes, targets, iterate };
  }
  if (target !== undefined && !iterate && !types.includes(target)) return undefined;
  if (target !== undefined && (iterate || types.length > 1) && reaching.some((one) => one.target?.length !== 1)) {
    throw notSupported(
      `A target type in ${quoted(name)} is supported in searches of that type alone, without :iterate.`,
    );
  }
  return { reverse, source, parameters: codes, targets: [source], iterate };
}

/** The types that may come in; undefined when any. */
function forwardTargets(parameters: readonly SearchParameter[], target: string | undefined, context: SearchContext) {
  if (target !== undefined) return [target];
  if (context.readable === undefined) return undefined;
  const types = new Set(parameters.flatMap((parameter) => targetTypes(context, parameter)));
  return [...types].filter((type) => mayRead(context, type));
}

function includedParameter(source: string, code: string, context: SearchContext): SearchParameter {
  const parameter = knownParameter(context, source, code);
  if (parameter.type === 'reference') return parameter;
  throw new UnknownParameterError(
    `${quoted(code)} of ${source} is a ${parameter.type} search parameter; only references can be included.`,
  );
}

function referencesOf(source: string, { definitions }: SearchContext): readonly SearchParameter[] {
  return definitions.searchParameters(source).filter((parameter) => parameter.type === 'reference');
}

function reaches(parameter: SearchParameter, types: readonly string[], context: SearchContext): boolean {
  const targets = targetTypes(context, parameter);
  return types.some((type) => targets.includes(type));
}
