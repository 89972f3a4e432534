import type { Include } from '../../../fhir/search/search-query.ts';
import { FIELDS, parameterTerm, SEPARATOR, wholeTerm } from '../index/fields.ts';
import { type Hit, searchTypes } from './engine-search.ts';
import { withIds } from './of-type.ts';
import { chunks, oneOf, type Query } from './query-dsl.ts';
import type { SearchSession } from './search-session.ts';
import { sortOf } from './sort.ts';
import { STORED_SOURCE, typeOfHit } from './stored-resources.ts';

/** So many included resources go with one page. */
const MAX_INCLUDED = 10_000;

/** So many are fetched by one request. */
const FETCHED = 1000;

/** References lead on in so many steps. */
const MAX_STEPS = 500;

/** A resource on the way: where it stands in the answer, and what it refers to. */
export interface Found {
  readonly type: string;
  readonly hit: Hit;
}

export interface Included {
  readonly found: readonly Found[];
  readonly truncated: boolean;
}

/** What of its documents a search must bring for includes to go on from them. */
export function includeFields(includes: readonly Include[]): object {
  return includes.some(({ reverse }) => !reverse) ? { docvalue_fields: [FIELDS.reference] } : {};
}

/** What `_include` and `_revinclude` bring to a page of matches: no match, nothing twice, at most {@link MAX_INCLUDED}. */
export async function includedBy(
  session: SearchSession,
  includes: readonly Include[],
  matches: readonly Found[],
): Promise<Included> {
  const limit = session.context.maxIncluded ?? MAX_INCLUDED;
  const seen = new Set(matches.map(keyOf));
  const found: Found[] = [];
  let turn = matches;
  // Each step looks at what the last one brought; only iterating includes look beyond the matches.
  for (let step = 0; turn.length > 0; step++) {
    const rules = step === 0 ? includes : includes.filter(({ iterate }) => iterate);
    if (rules.length === 0) break;
    if (step === MAX_STEPS) return { found, truncated: true };
    const room = limit - found.length;
    const next: Found[] = [];
    for (const each of await oneStep(session, rules, turn, seen, room)) {
      if (seen.has(keyOf(each))) continue;
      if (next.length >= room) return { found: [...found, ...next], truncated: true };
      seen.add(keyOf(each));
      next.push(each);
    }
    found.push(...next);
    turn = next;
  }
  return { found, truncated: false };
}

function keyOf({ type, hit }: Found): string {
  return `${type}/${hit._id}`;
}

/** What the rules lead to from some resources; it may be more than there is room for, and twice. */
async function oneStep(
  session: SearchSession,
  rules: readonly Include[],
  from: readonly Found[],
  seen: ReadonlySet<string>,
  room: number,
): Promise<readonly Found[]> {
  const fields = { _source: STORED_SOURCE, ...includeFields(rules) };
  const wanted = new Set(rules.filter(({ reverse }) => !reverse).flatMap((rule) => targetsOf(rule, from)));
  const found = await Promise.all([
    byKeys(
      session,
      [...wanted].filter((key) => !seen.has(key)),
      fields,
      room,
    ),
    ...rules.filter(({ reverse }) => reverse).map((rule) => referring(session, rule, from, fields, seen, room)),
  ]);
  return found.flat();
}

/** `Type/id` of what a rule leads to. */
function targetsOf({ source, parameters, targets }: Include, from: readonly Found[]): readonly string[] {
  const starts = new Set(parameters.map(parameterTerm));
  return from
    .filter(({ type }) => type === source)
    .flatMap(({ hit }) => hit.fields?.reference ?? [])
    .flatMap((term) => {
      const end = term.indexOf(SEPARATOR) + 1;
      if (!starts.has(term.slice(0, end))) return [];
      const key = term.slice(end);
      return targets === undefined || targets.includes(typeOf(key)) ? [key] : [];
    });
}

function typeOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

/** The resources with some keys, as far as they are there. */
async function byKeys(
  session: SearchSession,
  keys: readonly string[],
  fields: object,
  room: number,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const chunk of chunks(
    keys.filter((key) => /^[A-Za-z]+\//.test(key)),
    FETCHED,
  )) {
    if (found.length > room) break;
    const ids = new Map<string, string[]>();
    for (const key of chunk) {
      const type = typeOf(key);
      const id = key.slice(type.length + 1);
      ids.get(type)?.push(id) ?? ids.set(type, [id]);
    }
    const types = [...ids.keys()];
    const body = { ...fields, size: chunk.length, track_total_hits: false, sort: sortOf({ sort: [], types }) };
    const { hits } = await searchTypes(session, types, withIds(types, ids), body);
    found.push(...hits.hits.map((hit) => ({ type: typeOfHit(types, hit), hit })));
  }
  return found;
}

/** The resources of a reverse rule's source that refer to some. */
async function referring(
  session: SearchSession,
  { source, parameters, targets }: Include,
  to: readonly Found[],
  fields: object,
  seen: ReadonlySet<string>,
  room: number,
): Promise<readonly Found[]> {
  if (targets !== undefined && !targets.includes(source)) return [];
  const keys = to.map(keyOf);
  const terms = parameters.flatMap((parameter) => keys.map((key) => wholeTerm(parameter, key)));
  const query: Query = oneOf(FIELDS.reference, terms);
  if (terms.length === 0) return [];
  const found: Found[] = [];
  const sort = sortOf({ sort: [], types: [source] });
  for (let after: Hit['sort'] | undefined, fresh = 0; fresh <= room; ) {
    const more = after === undefined ? {} : { search_after: after };
    const body = { ...fields, size: FETCHED, track_total_hits: false, sort, ...more };
    const { hits } = await searchTypes(session, [source], query, body);
    const page = hits.hits.map((hit): Found => ({ type: source, hit }));
    found.push(...page);
    fresh += page.filter((each) => !seen.has(keyOf(each))).length;
    after = hits.hits.at(-1)?.sort;
    if (hits.hits.length < FETCHED) break;
  }
  return found;
}
