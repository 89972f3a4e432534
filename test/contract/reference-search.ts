import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { Filter, Include, SearchQuery, SortKey } from '../../src/fhir/search/search-query.ts';
import { fold, passes, passesDate } from './reference-value-test.ts';

/** A current resource, as the evaluator sees it. */
export interface SearchableResource {
  readonly type: string;
  readonly id: string;
  readonly lastUpdated: number;
  readonly entries: readonly IndexEntry[];
  readonly narrative: string;
  /** All text of the resource. */
  readonly content: string;
}

/** All current resources, by `Type/id`. */
export type Resources = ReadonlyMap<string, SearchableResource>;

/** Evaluates a query by trying every resource: slow, and as close to the words of `search-query.ts` as code can be. */
export function referenceMatches(resources: Resources, query: SearchQuery): SearchableResource[] {
  const compare = compareBySort(query.sort);
  return [...resources.values()]
    .filter(({ type }) => query.types.includes(type))
    .filter((resource) => matches(resources, resource, query.filter))
    .sort(compare);
}

function matches(resources: Resources, resource: SearchableResource, filter: Filter): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((part) => matches(resources, resource, part));
    case 'or':
      return filter.filters.some((part) => matches(resources, resource, part));
    case 'not':
      return !matches(resources, resource, filter.filter);
    case 'ids':
      return filter.ids.includes(resource.id);
    case 'lastUpdated': {
      const instant = { low: resource.lastUpdated, high: resource.lastUpdated + 1 };
      return passesDate(instant, filter.test.prefix, filter.test);
    }
    case 'missing':
      // A composite has entries under the names of its parts alone.
      return [filter.parameter, `${filter.parameter}$0`].every((name) => entriesOf(resource, name).length === 0);
    case 'match':
      return entriesOf(resource, filter.parameter).some((entry) => filter.tests.some((test) => passes(entry, test)));
    case 'composite': {
      const groups = new Set(resource.entries.map(({ group }) => group));
      return filter.tuples.some((tuple) =>
        [...groups].some((group) =>
          tuple.every((test, i) =>
            entriesOf(resource, `${filter.parameter}$${i}`).some(
              (entry) => entry.group === group && passes(entry, test),
            ),
          ),
        ),
      );
    }
    case 'chain':
      return targetsOf(resource, [filter.parameter]).some((key) => {
        const target = resources.get(key);
        return target?.type === filter.type && matches(resources, target, filter.filter);
      });
    case 'has':
      return [...resources.values()].some(
        (other) =>
          other.type === filter.type &&
          targetsOf(other, [filter.parameter]).includes(keyOf(resource)) &&
          matches(resources, other, filter.filter),
      );
    case 'text':
      return matchesText(filter.field === 'narrative' ? resource.narrative : resource.content, filter.text);
    case 'types':
      return filter.types.includes(resource.type);
  }
}

/** What a page with these matches includes. */
export function referenceIncludes(
  resources: Resources,
  includes: readonly Include[],
  pageMatches: readonly SearchableResource[],
): SearchableResource[] {
  const found = new Map<string, SearchableResource>();
  const visit = (from: readonly SearchableResource[], rules: readonly Include[]): SearchableResource[] => {
    const fresh: SearchableResource[] = [];
    for (const rule of rules)
      for (const resource of included(resources, rule, from)) {
        const key = keyOf(resource);
        if (found.has(key) || pageMatches.some((match) => keyOf(match) === key)) continue;
        found.set(key, resource);
        fresh.push(resource);
      }
    return fresh;
  };
  const iterated = includes.filter(({ iterate }) => iterate);
  let fresh = visit(pageMatches, includes);
  while (fresh.length > 0) fresh = visit(fresh, iterated);
  return [...found.values()];
}

function included(resources: Resources, rule: Include, from: readonly SearchableResource[]): SearchableResource[] {
  const allowed = ({ type }: SearchableResource) => rule.targets === undefined || rule.targets.includes(type);
  if (!rule.reverse)
    return from
      .filter(({ type }) => type === rule.source)
      .flatMap((resource) => targetsOf(resource, rule.parameters))
      .flatMap((key) => resources.get(key) ?? [])
      .filter(allowed);
  const keys = new Set(from.map(keyOf));
  return [...resources.values()].filter(
    (resource) =>
      resource.type === rule.source &&
      allowed(resource) &&
      targetsOf(resource, rule.parameters).some((key) => keys.has(key)),
  );
}

/** Orders by the sort keys alone: 0 where they do not tell, as the rest of the order is the engine's own. */
export function compareBySort(sort: readonly SortKey[]): (a: SearchableResource, b: SearchableResource) => number {
  return (a, b) => {
    for (const key of sort) {
      const left = sortValue(a, key);
      const right = sortValue(b, key);
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      return left < right === key.descending ? 1 : -1;
    }
    return 0;
  };
}

type SortValue = string | number;

function sortValue(
  resource: SearchableResource,
  { parameter, also = [], type, descending }: SortKey,
): SortValue | undefined {
  if (parameter === '_id') return resource.id;
  if (parameter === '_lastUpdated') return resource.lastUpdated;
  const values = [parameter, ...also]
    .flatMap((code) => entriesOf(resource, code))
    .filter(({ kind }) => kind === type)
    .map(valueToSort)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return values.at(descending ? -1 : 0);
}

function valueToSort(entry: IndexEntry): SortValue {
  switch (entry.kind) {
    case 'string':
      return fold(entry.text);
    case 'token':
      return entry.code;
    case 'reference':
      return entry.id ?? entry.url ?? '';
    case 'uri':
      return entry.uri;
    case 'present':
      return '';
    default:
      return entry.low;
  }
}

function entriesOf(resource: SearchableResource, parameter: string): IndexEntry[] {
  return resource.entries.filter((entry) => entry.parameter === parameter);
}

function targetsOf(resource: SearchableResource, parameters: readonly string[]): string[] {
  return resource.entries.flatMap((entry) =>
    entry.kind === 'reference' &&
    entry.type !== undefined &&
    entry.id !== undefined &&
    parameters.includes(entry.parameter)
      ? [`${entry.type}/${entry.id}`]
      : [],
  );
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}/${id}`;
}

function matchesText(text: string, query: string): boolean {
  const words = ` ${wordsOf(text)} `;
  const terms: string[][] = [];
  const tokens = query.match(/"[^"]*"|[^\s"]+/g) ?? [];
  for (const [i, term] of tokens.entries()) {
    if (term === 'OR') continue;
    if (tokens[i - 1] === 'OR') terms.at(-1)?.push(term);
    else terms.push([term]);
  }
  return terms.every((alternatives) => alternatives.some((term) => words.includes(` ${wordsOf(term)} `)));
}

function wordsOf(text: string): string {
  return (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
