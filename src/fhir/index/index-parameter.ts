import type { JsonValue, Resource } from '../resource.ts';
import type { Convert } from './converter.ts';
import { removeDuplicates } from './distinct-entries.ts';
import type { IndexEntry } from './index-entry.ts';
import { collect, type Lane } from './path-lane.ts';

/** Adds the entries of one search parameter. */
export type IndexParameter = (resource: Resource, entries: IndexEntry[]) => void;

/** A way to values and what becomes of them; without `convert` they only count as present. */
export interface Route {
  readonly lane: Lane;
  readonly convert: Convert | undefined;
}

/** The elements of a composite and, for each part in turn, the routes from there. */
export interface CompositeRoute {
  readonly lane: Lane;
  readonly parts: readonly (readonly Route[])[];
}

/** False when the lane's first property is not there: spares nine of ten lanes their walk. */
function mayLead(lane: Lane, focus: JsonValue, resource: Resource): boolean {
  const [first] = lane.steps;
  if (first?.kind !== 'property') return true;
  const from = lane.fromResource ? resource : focus;
  return typeof from === 'object' && from !== null && first.name in from;
}

/** Adds what the routes give from `focus`; true when they lead to any value. */
function addValues(
  routes: readonly Route[],
  focus: JsonValue,
  resource: Resource,
  group: number,
  entries: IndexEntry[],
): boolean {
  let found = false;
  for (const { lane, convert } of routes) {
    if (!mayLead(lane, focus, resource)) continue;
    const values: JsonValue[] = [];
    collect(lane, focus, resource, values);
    if (values.length > 0) found = true;
    if (convert !== undefined) for (const value of values) convert(value, group, entries);
  }
  return found;
}

/** Single values; with `tellPresent`, an entry of that kind when elements are there but none of them gives a value to search by. */
export function indexSimple(parameter: string, routes: readonly Route[], tellPresent: boolean): IndexParameter {
  return (resource, entries) => {
    const start = entries.length;
    if (!addValues(routes, resource, resource, 0, entries)) return;
    removeDuplicates(entries, start);
    if (!tellPresent) return;
    for (let i = start; i < entries.length; i++) if (entries[i]?.parameter === parameter) return;
    entries.push({ kind: 'present', parameter, group: 0 });
  };
}

/**
 * A composite (https://hl7.org/fhir/R4/search.html#combining): the parts' values that come from one element share a group, so that
 * the code of one component is not matched with the value of another. An element that lacks a part has no group.
 */
export function indexComposite(routes: readonly CompositeRoute[]): IndexParameter {
  return (resource, entries) => {
    let group = 1;
    for (const { lane, parts } of routes) {
      const elements: JsonValue[] = [];
      collect(lane, resource, resource, elements);
      for (const element of elements) if (addGroup(parts, element, resource, group, entries)) group++;
    }
  };
}

function addGroup(
  parts: readonly (readonly Route[])[],
  element: JsonValue,
  resource: Resource,
  group: number,
  entries: IndexEntry[],
): boolean {
  const start = entries.length;
  for (const routes of parts) {
    const before = entries.length;
    addValues(routes, element, resource, group, entries);
    if (entries.length === before) {
      entries.length = start;
      return false;
    }
  }
  removeDuplicates(entries, start);
  return true;
}
