import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../../../src/fhir/fhir-version.ts';
import { parseQueryString } from '../../../../src/fhir/search/parse-query-string.ts';
import { parseSearch } from '../../../../src/fhir/search/parse-search.ts';
import type { ParsedSearch, SearchContext, SearchInput } from '../../../../src/fhir/search/search-context.ts';
import type { Filter, ValueTest } from '../../../../src/fhir/search/search-query.ts';
import type { Terminology } from '../../../../src/fhir/terminology/terminology.ts';

export const BASE = 'http://localhost/fhir';
export const NOW = Date.UTC(2024, 0, 1);

const TREE: Readonly<Record<string, readonly string[]>> = { animal: ['animal', 'cat', 'dog'], dog: ['dog'] };
const ROOTS: Readonly<Record<string, readonly string[]>> = { dog: ['dog', 'animal'] };

/** One value set (http://vs) and one tree of codes (http://tree): what is looked up, and when, is what these tests are about. */
const terminology: Terminology = {
  expand: (url) => (url === 'http://vs' ? [{ system: 'http://tree', codes: ['cat', 'dog'] }] : undefined),
  expandResource: () => undefined,
  below: (system, code) => (system === 'http://tree' ? TREE[code] : undefined),
  above: (system, code) => (system === 'http://tree' ? ROOTS[code] : undefined),
  isCaseSensitive: () => true,
};

const GRAMS: Readonly<Record<string, number>> = { mg: 0.001, g: 1, kg: 1000 };

export function searchContext(version: FhirVersion = '4.0.1', more: Partial<SearchContext> = {}): SearchContext {
  return {
    definitions: loadDefinitions(version),
    terminology,
    units: {
      canonical(value, unit) {
        const grams = GRAMS[unit];
        return grams === undefined ? undefined : { value: value * grams, unit: 'g' };
      },
    },
    baseUrl: BASE,
    now: () => NOW,
    limits: { defaultCount: 20, maxCount: 1000 },
    ...more,
  };
}

const R4 = searchContext();

/** Parses `Type?query`, `Compartment/id/Type?query`, `Compartment/id/*?query` or, across types, `?query`. */
export function parse(
  url: string,
  context: SearchContext = R4,
  handling: SearchInput['handling'] = 'strict',
): Promise<ParsedSearch> {
  const [path = '', ...query] = url.split('?');
  const steps = path === '' ? [] : path.split('/');
  const last = steps.at(-1);
  const [compartmentType, id] = steps.length === 3 ? steps : [];
  return parseSearch(
    {
      type: last === '*' ? undefined : last,
      compartment: compartmentType !== undefined && id !== undefined ? { type: compartmentType, id } : undefined,
      parameters: parseQueryString(query.join('?')),
      handling,
    },
    context,
  );
}

export function match(parameter: string, ...tests: ValueTest[]): Filter {
  return { op: 'match', parameter, tests };
}

export function missing(parameter: string): Filter {
  return { op: 'missing', parameter };
}

export function not(filter: Filter): Filter {
  return { op: 'not', filter };
}

export function and(...filters: Filter[]): Filter {
  return { op: 'and', filters };
}

export function or(...filters: Filter[]): Filter {
  return { op: 'or', filters };
}

export function ids(...values: string[]): Filter {
  return { op: 'ids', ids: values };
}

export function types(...names: string[]): Filter {
  return { op: 'types', types: names };
}

export function chain(parameter: string, type: string, filter: Filter): Filter {
  return { op: 'chain', parameter, type, filter };
}

export function has(type: string, parameter: string, filter: Filter): Filter {
  return { op: 'has', type, parameter, filter };
}

/** `code`, `system|code`, `|code`, `system|`. */
export function token(text: string): ValueTest {
  const [system = '', code] = text.split('|');
  return code === undefined ? { kind: 'token', code: system } : { kind: 'token', system, code: code || undefined };
}

export function starts(text: string): ValueTest {
  return { kind: 'string', match: 'starts-with', text };
}

/** `Type/id`. */
export function ref(text: string): ValueTest {
  const [type = '', id = ''] = text.split('/');
  return { kind: 'reference', type, id };
}

/** Rows with a title before them: the first column, cut where it is absurdly long. */
export function titled<Row extends readonly [string, ...unknown[]]>(
  rows: readonly Row[],
): [title: string, ...row: Row][] {
  return rows.map((row) => [row[0].slice(0, 100), ...row]);
}
