import type { Database, SqlValue } from '../../../src/storage/embedded/sqlite.ts';

/** A search, and the SQL that a person would write for it on the store's tables. */
export interface SearchCase {
  readonly name: string;
  /** Below the base URL. */
  readonly path: (values: CaseValues) => string;
  /** `{Type}` stands for a type's number, `{Type.parameter.kind}` for a parameter's. Selects `id` and `body`, at most 20 matches. */
  readonly sql: string;
  readonly bound: (values: CaseValues) => readonly SqlValue[];
}

/** What searches are about: taken from a patient, and a code. */
export interface CaseValues {
  readonly patient: string;
  readonly family: string;
  /** `1970-12-31`. */
  readonly birthDate: string;
  readonly code: string;
}

const LOINC = 'http://loinc.org';
const SINCE = Date.UTC(2012, 0);
const DAY = 86_400_000;
const FETCH = 'JOIN resource r ON r.key = m.key JOIN version v ON v.seq = r.seq';
const CONCEPT = '(SELECT number FROM concept WHERE folded = lower(?) AND system = ? AND code = ?)';
const PATIENT = '(SELECT key FROM resource WHERE type = {Patient} AND id = ?)';

export const SEARCH_CASES: readonly SearchCase[] = [
  {
    name: 'code and date, sorted',
    path: ({ code }) => `/Observation?code=${LOINC}|${code}&date=ge2012&_sort=-date&_count=20`,
    sql: `SELECT r.id, v.body FROM (
        SELECT t.key, d.low FROM token_index t JOIN date_index d ON d.key = t.key AND d.param = {Observation.date.date}
        WHERE t.param = {Observation.code.token} AND t.concept = ${CONCEPT} AND d.high > ?
        ORDER BY d.low DESC, t.key LIMIT 20) m ${FETCH} ORDER BY m.low DESC, m.key`,
    bound: ({ code }) => [code, LOINC, code, SINCE],
  },
  {
    name: "a patient's code, sorted",
    path: ({ patient, code }) => `/Observation?patient=${patient}&code=${LOINC}|${code}&_sort=-date&_count=20`,
    sql: `SELECT r.id, v.body FROM (
        SELECT p.key, d.low FROM reference_index p
        JOIN token_index t ON t.key = p.key AND t.param = {Observation.code.token} AND t.concept = ${CONCEPT}
        JOIN date_index d ON d.key = p.key AND d.param = {Observation.date.date}
        WHERE p.param = {Observation.patient.reference} AND p.target = ${PATIENT}
        ORDER BY d.low DESC, p.key LIMIT 20) m ${FETCH} ORDER BY m.low DESC, m.key`,
    bound: ({ patient, code }) => [code, LOINC, code, patient],
  },
  {
    name: 'chained to a name',
    path: ({ family }) => `/Observation?patient.family=${encodeURIComponent(family)}&_count=20`,
    sql: `SELECT r.id, v.body FROM (
        SELECT DISTINCT o.key FROM string_index s
        JOIN reference_index o ON o.param = {Observation.patient.reference} AND o.target = s.key
        WHERE s.param = {Patient.family.string} AND s.folded >= lower(?) AND s.folded < lower(?) || char(1114111)
        ORDER BY o.key LIMIT 20) m ${FETCH} ORDER BY m.key`,
    bound: ({ family }) => [family, family],
  },
  {
    name: 'chained to a date',
    path: ({ birthDate }) => `/Encounter?subject:Patient.birthdate=${birthDate}&_count=20`,
    sql: `SELECT r.id, v.body FROM (
        SELECT DISTINCT e.key FROM date_index b
        JOIN reference_index e ON e.param = {Encounter.subject.reference} AND e.target = b.key
        WHERE b.param = {Patient.birthdate.date} AND b.low >= ? AND b.low < ? AND b.high <= ?
        ORDER BY e.key LIMIT 20) m ${FETCH} ORDER BY m.key`,
    bound: ({ birthDate }) => [Date.parse(birthDate), Date.parse(birthDate) + DAY, Date.parse(birthDate) + DAY],
  },
  {
    name: 'reference with _include',
    path: ({ patient }) => `/Encounter?patient=${patient}&_include=Encounter:participant&_count=20`,
    sql: `WITH page AS MATERIALIZED (
        SELECT p.key FROM reference_index p
        WHERE p.param = {Encounter.patient.reference} AND p.target = ${PATIENT} ORDER BY p.key LIMIT 20)
      SELECT r.id, v.body FROM (
        SELECT 1 AS part, key FROM page UNION ALL
        SELECT DISTINCT 2, i.target FROM page JOIN reference_index i
          ON i.key = page.key AND i.param = {Encounter.participant.reference}) m ${FETCH} ORDER BY m.part, m.key`,
    bound: ({ patient }) => [patient],
  },
];

/** The numbers put in for `{…}`. @throws Error for one that the database does not have. */
export function numbered(database: Database, sql: string): string {
  return sql.replace(/\{(\w+)(?:\.([\w-]+)\.(\w+))?\}/g, (_, type: string, code?: string, kind?: string) => {
    const typeNumber = database.prepare('SELECT number FROM resource_type WHERE name = ?').get(type)?.number;
    const row =
      code === undefined || kind === undefined || typeNumber === undefined
        ? { number: typeNumber }
        : database
            .prepare('SELECT number FROM parameter WHERE type = ? AND code = ? AND kind = ?')
            .get(typeNumber, code, kind);
    if (row?.number === undefined)
      throw new Error(`The database has no ${type}${code === undefined ? '' : `.${code}`}.`);
    return String(row.number);
  });
}
