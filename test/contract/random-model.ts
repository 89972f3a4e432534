import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';
import type { Filter, Include, Prefix, SearchQuery, SortKey, ValueTest } from '../../src/fhir/search/search-query.ts';
import { present } from './entries.ts';
import { START, type TestWrite } from './mirrored-store.ts';
import type { Random } from './random.ts';
import { CASE_SENSITIVE_SYSTEM } from './test-resource.ts';

/** Small domains, so that values meet, and boundaries are hit, all the time. */
const TYPES = ['Patient', 'Observation', 'Encounter', 'Organization'];
const IDS = Array.from({ length: 100 }, (_, i) => `r${i}`);
const TEXTS = [
  'Anna',
  'anna',
  'Ánna',
  'Annabel',
  'Hanna',
  'Bob',
  'bobby',
  "O'Neil",
  '100%',
  'a_b',
  'Müller',
  'muller',
  '',
];
const SYSTEMS = ['http://a', 'http://b', '', CASE_SENSITIVE_SYSTEM];
const CODES = ['x', 'y', 'z', 'xx', ''];
const ODD_CODES = [...CODES, 'X', 'Y'];
const UNITS = ['mg', 'g', 'kg'];
const URIS = ['http://x.org', 'http://x.org/a', 'http://x.org/a/b', 'http://x.org/ab', 'urn:1', 'urn:1.2'];
const POINTS = [-2, -1, 0, 0.5, 1, 1.5, 2, 3];
const WORDS = ['zebra', 'yak', 'quokka', 'numbat', 'gnu'];
const PREFIXES: readonly Prefix[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];
const DAY = 86_400_000;

const KINDS = ['string', 'token', 'reference', 'date', 'number', 'quantity', 'uri'] as const;
type Kind = (typeof KINDS)[number];
const REFERENCES = ['reference', 'subject', 'partof'];
/** Parameters are named by their kind; `mixed` has values of every kind. */
const PARAMETERS: readonly (readonly [string, Kind])[] = [
  ...KINDS.map((kind) => [kind, kind] as const),
  ['status', 'token'],
  ['subject', 'reference'],
  ['partof', 'reference'],
  ['name', 'string'],
];
const COMPOSITES: readonly (readonly [string, readonly Kind[]])[] = [
  ['code-value', ['token', 'quantity']],
  ['relation', ['reference', 'token', 'date']],
  ['measure', ['string', 'number']],
];

const distinct = (random: Random): [number, number] => {
  const low = random.int(0, POINTS.length - 2);
  return [POINTS[low] ?? 0, POINTS[random.int(low + 1, POINTS.length - 1)] ?? 0];
};

function randomEntry(random: Random, kind: Kind, parameter: string, group: number): IndexEntry {
  const base = { parameter, group };
  switch (kind) {
    case 'string':
      return { ...base, kind, text: random.pick(TEXTS) };
    case 'token': {
      // A code without upper case, so that the order of codes is beyond doubt.
      const text = random.chance(0.3) ? random.some(1, 2, () => random.pick(TEXTS)).join('\n') : undefined;
      return { ...base, kind, system: random.pick(SYSTEMS), code: random.pick(CODES), text };
    }
    case 'reference':
      if (random.chance(0.15))
        return {
          ...base,
          kind,
          url: random.pick(URIS),
          version: random.chance(0.5) ? random.pick(['1', '1.1', '2']) : undefined,
        };
      return { ...base, kind, type: random.pick(TYPES), id: random.pick(IDS) };
    case 'date': {
      const [low, high] = distinct(random);
      return {
        ...base,
        kind,
        low: random.chance(0.1) ? -Infinity : START + low * DAY,
        high: random.chance(0.1) ? Infinity : START + high * DAY,
      };
    }
    case 'number':
      return { ...base, kind, ...numberRange(random) };
    case 'quantity': {
      const canonical = random.chance(0.5) ? { ...numberRange(random), unit: random.pick(UNITS) } : undefined;
      return {
        ...base,
        kind,
        ...numberRange(random),
        system: random.pick(SYSTEMS),
        code: random.pick(UNITS),
        unit: random.pick(UNITS),
        canonical,
      };
    }
    case 'uri':
      return { ...base, kind, uri: random.pick(URIS) };
  }
}

function numberRange(random: Random): { low: number; high: number } {
  if (random.chance(0.2)) {
    const [low, high] = distinct(random);
    return { low, high };
  }
  const value = random.pick(POINTS);
  return { low: value, high: value };
}

/** A resource with about ten entries. */
export function randomWrite(random: Random, type: string, id: string): TestWrite {
  const entries = PARAMETERS.flatMap(([parameter, kind]) =>
    random.chance(0.6) ? random.some(1, 3, () => randomEntry(random, kind, parameter, 0)) : [],
  );
  entries.push(...random.some(0, 2, () => randomEntry(random, random.pick(KINDS), 'mixed', 0)));
  if (random.chance(0.1)) entries.push(present(random.pick(PARAMETERS)[0]));
  for (const [parameter, kinds] of COMPOSITES)
    for (let group = 1; group <= random.int(0, 2); group++)
      for (const [i, kind] of kinds.entries())
        entries.push(
          ...random.some(random.chance(0.1) ? 0 : 1, 2, () => randomEntry(random, kind, `${parameter}$${i}`, group)),
        );
  const words = () => random.some(1, 4, () => random.pick(WORDS)).join(' ');
  return {
    type,
    id,
    entries,
    narrative: random.chance(0.5) ? words() : undefined,
    note: random.chance(0.3) ? words() : undefined,
  };
}

/** One of the keys that {@link randomWrite} may be given. */
export function randomKey(random: Random): readonly [type: string, id: string] {
  return [random.pick(TYPES), random.pick(IDS)];
}

/** Prefix and range as the number table wants them: a range for eq, ne and ap, a point for the others. */
function numberTest(random: Random): { prefix: Prefix; low: number; high: number } {
  const prefix = random.pick(PREFIXES);
  const value = random.pick(POINTS);
  const [low, high] = distinct(random);
  return prefix === 'eq' || prefix === 'ne' || (prefix === 'ap' && random.chance(0.7))
    ? { prefix, low, high }
    : { prefix, low: value, high: value };
}

function randomTest(random: Random, kind: Kind): ValueTest {
  switch (kind) {
    case 'string':
      return {
        kind,
        match: random.pick(['starts-with', 'exact', 'contains', 'ends-with'] as const),
        text: random.chance(0.5) ? random.pick(TEXTS) : random.pick(TEXTS).slice(0, random.int(1, 3)),
      };
    case 'token':
      if (random.chance(0.15)) return { kind: 'token-text', text: random.pick(TEXTS) || 'b' };
      if (random.chance(0.15))
        return {
          kind: 'token-in',
          sets: random.some(0, 3, () => ({
            system: random.pick(SYSTEMS),
            codes: random.chance(0.3) ? undefined : random.some(0, 3, () => random.pick(ODD_CODES)),
          })),
        };
      return {
        kind,
        system: random.chance(0.4) ? undefined : random.pick(SYSTEMS),
        code: random.chance(0.2) ? undefined : random.pick(ODD_CODES),
      };
    case 'reference':
      if (random.chance(0.2)) {
        const url = random.pick(URIS);
        const version = random.chance(0.5) ? random.pick(['1', '2']) : undefined;
        return { kind: 'reference-url', url, version, match: random.chance(0.3) ? 'below' : 'exact' };
      }
      return { kind, type: random.pick(TYPES), id: random.pick(IDS) };
    case 'date':
      return randomDateTest(random);
    case 'number':
      return { kind, ...numberTest(random) };
    case 'quantity': {
      const test = {
        kind,
        ...numberTest(random),
        system: random.chance(0.6) ? undefined : random.pick(SYSTEMS),
        code: random.chance(0.5) ? undefined : random.pick(UNITS),
      };
      return random.chance(0.3)
        ? { ...test, canonical: { low: test.low, high: test.high, unit: random.pick(UNITS) } }
        : test;
    }
    case 'uri':
      return {
        kind,
        match: random.pick(['exact', 'below', 'above', 'contains'] as const),
        uri: random.pick([...URIS, 'http://x.org/a/b/c', 'x.org']),
      };
  }
}

function randomDateTest(random: Random): ValueTest & { readonly kind: 'date' } {
  const [low, high] = distinct(random);
  return { kind: 'date', prefix: random.pick(PREFIXES), low: START + low * DAY, high: START + high * DAY };
}

function randomFilter(random: Random, depth: number): Filter {
  const inner = () => randomFilter(random, depth - 1);
  const roll = random.next();
  if (depth > 0) {
    if (roll < 0.15) return { op: 'and', filters: random.some(0, 3, inner) };
    if (roll < 0.3) return { op: 'or', filters: random.some(random.chance(0.1) ? 0 : 1, 3, inner) };
    if (roll < 0.38) return { op: 'not', filter: inner() };
    if (roll < 0.47)
      return { op: 'chain', parameter: random.pick(REFERENCES), type: random.pick(TYPES), filter: inner() };
    if (roll < 0.56)
      return { op: 'has', parameter: random.pick(REFERENCES), type: random.pick(TYPES), filter: inner() };
  }
  if (roll < 0.58) return { op: 'ids', ids: random.some(0, 30, () => random.pick(IDS)) };
  if (roll < 0.6) return { op: 'lastUpdated', test: randomLastUpdated(random) };
  if (roll < 0.65) return { op: 'missing', parameter: random.pick(PARAMETERS)[0] };
  if (roll < 0.68) return { op: 'types', types: random.some(0, 3, () => random.pick(TYPES)) };
  if (roll < 0.72) return randomText(random);
  if (roll < 0.8) {
    const [parameter, kinds] = random.pick(COMPOSITES);
    return {
      op: 'composite',
      parameter,
      tuples: random.some(1, 3, () => kinds.map((kind) => randomTest(random, kind))),
    };
  }
  if (roll < 0.85)
    return { op: 'match', parameter: 'mixed', tests: random.some(1, 4, () => randomTest(random, random.pick(KINDS))) };
  const [parameter, kind] = random.pick(PARAMETERS);
  return { op: 'match', parameter, tests: random.some(1, random.chance(0.2) ? 12 : 2, () => randomTest(random, kind)) };
}

function randomLastUpdated(random: Random): ValueTest & { readonly kind: 'date' } {
  const low = START + random.int(0, 400) * 1_000;
  return { kind: 'date', prefix: random.pick(PREFIXES), low, high: low + random.pick([1, 1_000, 100_000]) };
}

function randomText(random: Random): Filter {
  const word = () => random.pick(WORDS);
  const text = random.pick([word(), `${word()} ${word()}`, `"${word()} ${word()}"`, `${word()} OR ${word()}`]);
  return { op: 'text', field: random.pick(['narrative', 'content'] as const), text };
}

function randomSort(random: Random): SortKey {
  const descending = random.chance(0.5);
  if (random.chance(0.1)) return { parameter: '_id', type: 'token', descending };
  if (random.chance(0.1)) return { parameter: '_lastUpdated', type: 'date', descending };
  const [parameter, type] = random.pick(PARAMETERS);
  return { parameter, type, descending };
}

function randomInclude(random: Random): Include {
  const reverse = random.chance(0.4);
  const source = random.pick(TYPES);
  const targets = reverse ? [source] : random.chance(0.3) ? random.some(1, 2, () => random.pick(TYPES)) : undefined;
  return {
    reverse,
    source,
    parameters: random.some(1, 2, () => random.pick(REFERENCES)),
    targets,
    iterate: random.chance(0.3),
  };
}

/** Any query that the port allows. */
export function randomQuery(random: Random): SearchQuery {
  const types = [...new Set(random.some(1, random.chance(0.3) ? 3 : 1, () => random.pick(TYPES)))];
  return {
    types,
    filter: randomFilter(random, random.int(0, 4)),
    sort: random.chance(0.5) ? random.some(1, 3, () => randomSort(random)) : [],
    includes: random.chance(0.25) ? random.some(1, 3, () => randomInclude(random)) : [],
    count: random.pick([3, 10, 25, 1_000]),
    total: random.pick(['none', 'estimate', 'accurate'] as const),
  };
}
