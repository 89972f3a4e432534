import type { Include } from '../../../fhir/search/search-query.ts';
import { TYPE_SPAN } from '../schema.ts';
import { type CompileContext, isLive, ofTypes, parameterNumbers } from './conditions.ts';
import { all, oneOf, type Sql, sql, TRUE } from './sql.ts';

/** So many included resources go with one page. */
export const MAX_INCLUDED = 10_000;

/** The keys of what `_include` and `_revinclude` bring to a page of matches, and whether the limit cut some off. */
export function includedKeys(
  context: CompileContext,
  includes: readonly Include[],
  matches: readonly number[],
): { readonly keys: readonly number[]; readonly truncated: boolean } {
  if (includes.length === 0) return { keys: [], truncated: false };
  const seen = new Set(matches);
  const found: number[] = [];
  // Each turn looks at what the last one brought; only iterating includes look beyond the matches.
  for (let turn = matches, first = true; turn.length > 0; first = false) {
    const next: number[] = [];
    for (const include of includes) {
      if (!first && !include.iterate) continue;
      for (const key of related(context, include, turn)) {
        if (seen.has(key)) continue;
        if (found.length >= MAX_INCLUDED) return { keys: found, truncated: true };
        seen.add(key);
        found.push(key);
        next.push(key);
      }
    }
    turn = next;
  }
  return { keys: found, truncated: false };
}

/** What one include leads to from some resources. */
function related(context: CompileContext, include: Include, keys: readonly number[]): number[] {
  const params = include.parameters.flatMap((code) => parameterNumbers(context, [include.source], code, 'reference'));
  if (params.length === 0) return [];
  const start = sql`json_each(${JSON.stringify(startingKeys(context, include, keys))}) k CROSS JOIN reference_index i`;
  const select = include.reverse
    ? sql`SELECT DISTINCT i.key AS key FROM ${start} WHERE ${oneOf('i.param', params)} AND i.target = k.value`
    : sql`SELECT DISTINCT i.target AS key FROM ${start} WHERE i.key = k.value AND ${oneOf('i.param', params)} AND ${allowed(context, include)}`;
  const limited = sql`${select} LIMIT ${MAX_INCLUDED + 1}`;
  return context.database
    .cached(limited.text)
    .all(...limited.values)
    .map((row) => Number(row.key));
}

function allowed(context: CompileContext, { targets }: Include): Sql {
  return all([targets === undefined ? TRUE : ofTypes(context, 'i.target', targets), isLive('i.target')]);
}

/** A forward include starts only at resources of its source type, a reverse one at those of its target types. */
function startingKeys(context: CompileContext, include: Include, keys: readonly number[]): readonly number[] {
  if (include.reverse) return keys;
  const source = context.dictionaries.type(include.source);
  return keys.filter((key) => Math.floor(key / TYPE_SPAN) === source);
}
