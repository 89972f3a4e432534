import { foldString } from '../../../fhir/fold-string.ts';
import type { ValueTest } from '../../../fhir/search/search-query.ts';
import type { IndexKind } from '../dictionaries.ts';
import type { Identities } from '../identities.ts';
import type { Database } from '../sqlite.ts';
import { dateCondition, numberCondition, rangeColumns } from './ranges.ts';
import { all, any, anyOfMany, FALSE, oneOf, type Sql, sql, TRUE } from './sql.ts';

/** What value tests are resolved against: dictionaries turn texts into the numbers that index rows hold. */
export interface SearchTables {
  readonly database: Database;
  readonly identities: Identities;
  readonly isCaseSensitive: (system: string) => boolean;
}

/** The kind of entries that a test can pass. */
export function entryKind(test: ValueTest): IndexKind {
  switch (test.kind) {
    case 'token-in':
    case 'token-text':
      return 'token';
    case 'reference-url':
      return 'reference';
    default:
      return test.kind;
  }
}

/** The table of a kind's entries. */
export function indexTable(kind: IndexKind): string {
  return kind === 'number' ? 'quantity_index' : `${kind}_index`;
}

/** The condition that a row under `alias` passes one of several tests of one kind. */
export function rowCondition(tables: SearchTables, alias: string, tests: readonly ValueTest[]): Sql {
  const concepts: number[] = [];
  const targets: number[] = [];
  const conditions: Sql[] = [];
  for (const test of tests) {
    if (test.kind === 'token' && test.code !== undefined) concepts.push(...conceptsOf(tables, test.system, test.code));
    else if (test.kind === 'reference') targets.push(...targetsOf(tables, test));
    else if (test.kind === 'token-in') {
      for (const { system, codes } of test.sets) {
        if (codes === undefined) conditions.push(ofSystem(alias, system));
        else for (const code of codes) concepts.push(...conceptsOf(tables, system, code));
      }
    } else conditions.push(condition(tables, alias, test));
  }
  return any([
    concepts.length === 0 ? FALSE : oneOf(`${alias}.concept`, concepts),
    targets.length === 0 ? FALSE : oneOf(`${alias}.target`, targets),
    anyOfMany(conditions),
  ]);
}

function targetsOf({ identities }: SearchTables, target: { type: string; id: string }): number[] {
  const key = identities.findTarget(target);
  return key === undefined ? [] : [key];
}

/**
 * The concepts with a code. Case is ignored but in systems known to tell it apart
 * (https://hl7.org/fhir/R4/search.html#token: "when in doubt, servers SHOULD treat tokens in a case-insensitive manner").
 */
function conceptsOf(tables: SearchTables, system: string | undefined, code: string): number[] {
  const lower = code.toLowerCase();
  const bySystem = system === undefined ? '' : 'AND system = ?';
  const statement = tables.database.cached(
    `SELECT number, system, code FROM concept WHERE folded ${lower === code ? '= ?' : 'IN (?, ?)'} ${bySystem}`,
  );
  const values = [code, ...(lower === code ? [] : [lower]), ...(system === undefined ? [] : [system])];
  return statement
    .all(...values)
    .filter((row) => row.code === code || !tables.isCaseSensitive(String(row.system)))
    .map((row) => Number(row.number));
}

function ofSystem(alias: string, system: string): Sql {
  const concept = { text: `${alias}.concept`, values: [] };
  return sql`EXISTS (SELECT 1 FROM concept c WHERE c.number = ${concept} AND c.system = ${system})`;
}

function condition(tables: SearchTables, alias: string, test: ValueTest): Sql {
  const column = (name: string): Sql => ({ text: `${alias}.${name}`, values: [] });
  switch (test.kind) {
    case 'string':
      return stringCondition(column, test);
    case 'token':
      return test.system === undefined ? TRUE : ofSystem(alias, test.system);
    case 'token-text': {
      const texts = sql`SELECT number FROM text WHERE instr(text, ${`\n${foldString(test.text)}`}) > 0`;
      return sql`(${column('concept')} IN (SELECT concept FROM concept_text WHERE text IN (${texts})) AND ${column('text')} IN (${texts}))`;
    }
    case 'reference-url':
      return referenceUrl(tables, column, test);
    case 'date':
      return dateCondition(test, rangeColumns(alias));
    case 'number':
      return numberCondition(test, rangeColumns(alias));
    case 'quantity':
      return quantityCondition(alias, column, test);
    case 'uri':
      return uriCondition(column('uri'), test);
    case 'reference':
    case 'token-in':
      return FALSE;
  }
}

function stringCondition(column: (name: string) => Sql, { match, text }: ValueTest & { kind: 'string' }): Sql {
  const folded = foldString(text);
  switch (match) {
    case 'exact':
      return sql`(${column('folded')} = ${folded} AND coalesce(${column('text')}, ${column('folded')}) = ${text})`;
    case 'starts-with':
      return startsWith(column('folded'), folded);
    case 'contains':
      return sql`instr(${column('folded')}, ${folded}) > 0`;
    case 'ends-with':
      if (folded === '') return TRUE;
      return sql`substr(${column('folded')}, -length(${folded})) = ${folded}`;
  }
}

/** A range that the index serves; U+10FFFF is the last character there is. */
function startsWith(column: Sql, prefix: string): Sql {
  return sql`(${column} >= ${prefix} AND ${column} < ${`${prefix}\u{10FFFF}`})`;
}

function referenceUrl(
  tables: SearchTables,
  column: (name: string) => Sql,
  test: ValueTest & { kind: 'reference-url' },
): Sql {
  const ofVersion = column('version');
  const same = sql`${ofVersion} = ${test.version ?? ''}`;
  const versions = test.match === 'below' ? any([same, startsWith(ofVersion, `${test.version ?? ''}.`)]) : same;
  const version = test.version === undefined ? TRUE : versions;
  const target = tables.identities.findTarget({ url: test.url });
  return target === undefined ? FALSE : all([sql`${column('target')} = ${target}`, version]);
}

function quantityCondition(alias: string, column: (name: string) => Sql, test: ValueTest & { kind: 'quantity' }): Sql {
  const { canonical } = test;
  if (canonical !== undefined) {
    const base = sql`${column('base')} = (SELECT number FROM unit WHERE system = '' AND code = '' AND unit = ${canonical.unit})`;
    return all([base, numberCondition({ ...test, ...canonical }, rangeColumns(alias, 'base_'))]);
  }
  const value = numberCondition(test, rangeColumns(alias));
  if (test.system === undefined && test.code === undefined) return value;
  const system = test.system === undefined ? TRUE : sql`u.system = ${test.system}`;
  const code = test.code === undefined ? TRUE : sql`(u.code = ${test.code} OR u.unit = ${test.code})`;
  return all([value, sql`EXISTS (SELECT 1 FROM unit u WHERE u.number = ${column('unit')} AND ${all([system, code])})`]);
}

function uriCondition(column: Sql, { match, uri }: ValueTest & { kind: 'uri' }): Sql {
  switch (match) {
    case 'exact':
      return sql`${column} = ${uri}`;
    case 'below':
      return startsWith(column, uri);
    case 'above': {
      const prefixes = Array.from({ length: uri.length }, (_, i) => uri.slice(0, i + 1));
      return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(prefixes)}))`;
    }
    case 'contains':
      return sql`instr(${column}, ${uri}) > 0`;
  }
}
