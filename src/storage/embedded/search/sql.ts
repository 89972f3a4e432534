import type { SqlValue } from '../sqlite.ts';

/** A piece of SQL with the values of its `?`, in order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** SQL from a template: pieces of SQL are put in, everything else becomes a bound value. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | SqlValue)[]): Sql {
  let text = strings[0] ?? '';
  const values: SqlValue[] = [];
  for (const [i, part] of parts.entries()) {
    if (isSql(part)) {
      text += part.text;
      values.push(...part.values);
    } else {
      text += '?';
      values.push(part);
    }
    text += strings[i + 1] ?? '';
  }
  return { text, values };
}

function isSql(part: Sql | SqlValue): part is Sql {
  return typeof part === 'object' && part !== null && 'text' in part;
}

/** SQL without values: a name, a keyword. Never of a user's making. */
export function raw(text: string): Sql {
  return { text, values: [] };
}

export const TRUE = raw('1');
export const FALSE = raw('0');

/** All of several conditions. */
export function all(conditions: readonly Sql[]): Sql {
  return joined(conditions, ' AND ', TRUE, FALSE);
}

/** Any of several conditions. */
export function any(conditions: readonly Sql[]): Sql {
  return joined(conditions, ' OR ', FALSE, TRUE);
}

/** More alternatives than this go in as one value: SQLite binds 32,766 at most, and a statement with thousands is slow to prepare. */
const SPELLED_OUT = 200;

/** Any of conditions of which there may be very many, most with the same text: those become one test against a table of their values. */
export function anyOfMany(conditions: readonly Sql[]): Sql {
  if (conditions.length <= SPELLED_OUT) return any(conditions);
  const byText = new Map<string, Sql[]>();
  for (const condition of conditions) {
    const alike = byText.get(condition.text);
    if (alike === undefined) byText.set(condition.text, [condition]);
    else alike.push(condition);
  }
  return any(
    [...byText].map(([text, alike]) => {
      let n = 0;
      const test = text.replaceAll('?', () => `json_extract(q.value, '$[${n++}]')`);
      return sql`EXISTS (SELECT 1 FROM json_each(${jsonTable(alike)}) q WHERE ${raw(test)})`;
    }),
  );
}

/** The values of conditions, a row each; JSON has no infinity, but SQLite reads 9e999 as one. */
function jsonTable(conditions: readonly Sql[]): string {
  const rows = conditions.map(({ values }) => {
    const cells = values.map((value) =>
      value === Number.POSITIVE_INFINITY
        ? '9e999'
        : value === Number.NEGATIVE_INFINITY
          ? '-9e999'
          : JSON.stringify(value),
    );
    return `[${cells.join()}]`;
  });
  return `[${rows.join()}]`;
}

/** Balanced, so that thousands of them stay below SQLite's depth of expressions. */
function joined(conditions: readonly Sql[], by: string, neutral: Sql, absorbing: Sql): Sql {
  if (conditions.some((condition) => condition.text === absorbing.text)) return absorbing;
  const rest = conditions.filter((condition) => condition.text !== neutral.text);
  if (rest.length === 0) return neutral;
  if (rest.length === 1) return rest[0] ?? neutral;
  const half = rest.length >> 1;
  const parts =
    rest.length <= 8
      ? rest
      : [joined(rest.slice(0, half), by, neutral, absorbing), joined(rest.slice(half), by, neutral, absorbing)];
  return { text: `(${parts.map(({ text }) => text).join(by)})`, values: parts.flatMap(({ values }) => values) };
}

/** A few numbers stand in the statement; more go in as one value, so that there are few texts and a statement is found again. */
const LISTED = 4;

/** `column = n`, or `column IN (…)` for several numbers. */
export function oneOf(column: string, numbers: readonly number[]): Sql {
  const [first] = numbers;
  if (first === undefined) return FALSE;
  if (numbers.length === 1) return { text: `${column} = ?`, values: [first] };
  if (numbers.length <= LISTED) return { text: `${column} IN (${numbers.map(() => '?').join(', ')})`, values: numbers };
  return { text: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(numbers)] };
}
