import type { Filter } from '../../../fhir/search/search-query.ts';
import { FIELDS, wholeTerm } from '../index/fields.ts';
import { collectIds } from './collect-ids.ts';
import { collectTargets } from './collect-targets.ts';
import { compileFilter, type LinkFilter } from './compile-filter.ts';
import { fitQuery } from './fit-query.ts';
import { withIds } from './of-type.ts';
import { NOTHING, oneOf, type Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';

type Chain = Filter & { readonly op: 'chain' };
type Has = Filter & { readonly op: 'has' };

/** A filter on resources of some types as a query that OpenSearch takes: chains and `_has` resolved, innermost first. */
export async function resolveFilter(session: SearchSession, filter: Filter, types: readonly string[]): Promise<Query> {
  const found: LinkFilter[] = [];
  addLinks(filter, found);
  const links = new Map<LinkFilter, Query>();
  if (found.length > 0)
    await Promise.all(found.map(async (link) => links.set(link, await resolveOnce(session, link, types))));
  const query = compileFilter({ isCaseSensitive: session.context.isCaseSensitive, links }, filter);
  return fitQuery(session, query, types);
}

/** The outermost links of a filter. */
function addLinks(filter: Filter, found: LinkFilter[]): void {
  switch (filter.op) {
    case 'and':
    case 'or':
      for (const part of filter.filters) addLinks(part, found);
      return;
    case 'not':
      addLinks(filter.filter, found);
      return;
    case 'chain':
    case 'has':
      found.push(filter);
      return;
    default:
  }
}

function resolveOnce(session: SearchSession, link: LinkFilter, types: readonly string[]): Promise<Query> {
  // What a chain comes to does not depend on where it starts.
  const key = JSON.stringify([link, link.op === 'has' && types], spellOutInfinity);
  const known = session.resolved.get(key);
  if (known !== undefined) return known;
  const resolving = link.op === 'chain' ? resolveChain(session, link) : resolveHas(session, link, types);
  session.resolved.set(key, resolving);
  return resolving;
}

/** JSON has no infinity, and filters that differ in it alone differ. */
function spellOutInfinity(_name: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? String(value) : value;
}

/** What refers to one of the resources that pass the inner filter. */
async function resolveChain(session: SearchSession, { parameter, type, filter }: Chain): Promise<Query> {
  const inner = await resolveFilter(session, filter, [type]);
  if (inner === NOTHING) return NOTHING;
  const found = await collectIds(session, [type], inner, `the condition on "${parameter}:${type}"`);
  const terms = (found.get(type) ?? []).map((id) => wholeTerm(parameter, `${type}/${id}`));
  return oneOf(FIELDS.reference, terms);
}

/** What the resources that pass the inner filter refer to. */
async function resolveHas(
  session: SearchSession,
  { type, parameter, filter }: Has,
  types: readonly string[],
): Promise<Query> {
  const query = await resolveFilter(session, filter, [type]);
  if (query === NOTHING) return NOTHING;
  const narrow = `the condition on "_has:${type}:${parameter}"`;
  const found = await Promise.all(
    types.map(
      async (targetType): Promise<[string, readonly string[]]> => [
        targetType,
        await collectTargets(session, { type, parameter, targetType, query }, narrow),
      ],
    ),
  );
  return withIds(types, new Map(found));
}
