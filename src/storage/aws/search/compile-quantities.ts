import type { ValueTest } from '../../../fhir/search/search-query.ts';
import { FIELDS } from '../index/fields.ts';
import { numberQuery } from './compile-ranges.ts';
import { allOf, anyOf, chunks, type Query } from './query-dsl.ts';

type QuantityTest = ValueTest & { readonly kind: 'quantity' };

/** So many tests go into one nested query, which is looked through as a whole. */
const TESTS_A_QUERY = 200;

/** A quantity that passes one of some tests: those of one unit together. */
export function quantityQuery(path: string, parameter: string, tests: readonly QuantityTest[]): Query {
  const nested = `${path}${FIELDS.quantity}`;
  const byUnit = new Map<string, QuantityTest[]>();
  for (const test of tests) {
    const unit = JSON.stringify([test.canonical?.unit, test.canonical === undefined && [test.system, test.code]]);
    const alike = byUnit.get(unit);
    if (alike === undefined) byUnit.set(unit, [test]);
    else alike.push(test);
  }
  const queries = [...byUnit.values()].flatMap((alike) => chunks(alike, TESTS_A_QUERY));
  return anyOf(
    queries.map((alike) => {
      const values = anyOf(alike.map((test) => valueQuery(nested, test)));
      const query = allOf([{ term: { [`${nested}.parameter`]: parameter } }, ...unitQueries(nested, alike[0]), values]);
      return { nested: { path: nested, query } };
    }),
  );
}

function valueQuery(nested: string, test: QuantityTest): Query {
  const { prefix, canonical } = test;
  return canonical === undefined
    ? numberQuery(`${nested}.value`, test)
    : numberQuery(`${nested}.canonical`, { prefix, low: canonical.low, high: canonical.high });
}

function unitQueries(nested: string, test: QuantityTest | undefined): readonly Query[] {
  if (test === undefined) return [];
  const { system, code, canonical } = test;
  if (canonical !== undefined) return [{ term: { [`${nested}.base`]: canonical.unit } }];
  return [
    ...(system === undefined ? [] : [{ term: { [`${nested}.system`]: system } }]),
    ...(code === undefined
      ? []
      : [anyOf([{ term: { [`${nested}.code`]: code } }, { term: { [`${nested}.unit`]: code } }])]),
  ];
}
