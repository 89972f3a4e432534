import { badRequest } from '../operation-outcome.ts';
import { splitUnescaped } from './escapes.ts';
import { notSupported, quoted } from './refusals.ts';
import type { QueryPair, Summary } from './search-context.ts';
import type { SearchQuery } from './search-query.ts';

/** How results are shown: what is neither a criterion nor depends on the types searched. */
export interface ResultParameters {
  readonly count: number;
  readonly total: SearchQuery['total'];
  readonly cursor?: string | undefined;
  readonly summary?: Summary | undefined;
  readonly elements?: readonly string[] | undefined;
}

/** Parameters that are no criteria (https://hl7.org/fhir/R4/search.html#return), `_type` aside. */
const RESULT_PARAMETERS: ReadonlySet<string> = new Set([
  '_contained',
  '_containedType',
  '_count',
  '_cursor',
  '_elements',
  '_format',
  '_include',
  '_pretty',
  '_query',
  '_revinclude',
  '_sort',
  '_summary',
  '_total',
]);

/** Those that may come more than once. */
const REPEATABLE: ReadonlySet<string> = new Set(['_format', '_include', '_pretty', '_revinclude']);

/** The parameter's name without modifiers and links. */
export function baseName(name: string): string {
  const colon = name.indexOf(':');
  const dot = name.indexOf('.');
  const end = colon < 0 || (dot >= 0 && dot < colon) ? dot : colon;
  return end < 0 ? name : name.slice(0, end);
}

/** True of a parameter that is about the result, and no criterion. */
export function isResultParameter(name: string): boolean {
  return RESULT_PARAMETERS.has(baseName(name));
}

/** Reads those that depend on nothing else. @throws FhirError 400 for one that is malformed, repeated or not supported. */
export function parseResultParameters(
  pairs: readonly QueryPair[],
  limits: { readonly defaultCount: number; readonly maxCount: number },
): ResultParameters {
  const values = singleValues(pairs);
  if (values.has('_query')) throw notSupported('Named queries ("_query") are not supported.');
  requireNothingContained(values);
  const summary = oneOf('_summary', values.get('_summary'), ['true', 'text', 'data', 'count', 'false']);
  if (summary === 'text' && pairs.some(([name]) => /^_(rev)?include\b/.test(name))) {
    throw badRequest('invalid', '"_include" and "_revinclude" can\'t be combined with "_summary=text".');
  }
  const count = summary === 'count' ? 0 : parseCount(values.get('_count'), limits);
  const total = oneOf('_total', values.get('_total'), ['none', 'estimate', 'accurate']);
  return {
    count,
    total: count === 0 ? 'accurate' : (total ?? 'none'),
    cursor: values.get('_cursor'),
    summary,
    elements: parseElements(values.get('_elements')),
  };
}

function singleValues(pairs: readonly QueryPair[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (REPEATABLE.has(baseName(name))) continue;
    if (name !== baseName(name)) {
      throw notSupported(`${quoted(baseName(name))} takes no modifier, and leads nowhere: ${quoted(name)}.`);
    }
    if (values.has(name)) throw badRequest('invalid', `${quoted(name)} may be given only once.`);
    values.set(name, value);
  }
  return values;
}

/** Only resources that stand alone are searched (https://hl7.org/fhir/R4/search.html#contained). */
function requireNothingContained(values: ReadonlyMap<string, string>): void {
  const contained = oneOf('_contained', values.get('_contained'), ['false', 'true', 'both']);
  if (contained !== undefined && contained !== 'false') {
    throw notSupported('Contained resources can\'t be searched: only "_contained=false" is supported.');
  }
  oneOf('_containedType', values.get('_containedType'), ['container', 'contained']);
}

function parseCount(
  value: string | undefined,
  { defaultCount, maxCount }: { defaultCount: number; maxCount: number },
): number {
  if (value === undefined) return defaultCount;
  if (!/^\d{1,9}$/.test(value)) throw badRequest('value', '"_count" is a whole number, 0 or more.');
  return Math.min(Number(value), maxCount);
}

function parseElements(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const elements = splitUnescaped(value, ',').map((name) => name.trim());
  if (elements.includes('')) throw badRequest('value', '"_elements" takes names of elements, separated by commas.');
  return elements;
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw badRequest('value', `${quoted(name)} is one of ${allowed.join(', ')}.`);
  return found;
}
