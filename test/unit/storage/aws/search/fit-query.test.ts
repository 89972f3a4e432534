import { describe, expect, it } from 'vitest';
import { fitQuery } from '../../../../../src/storage/aws/search/fit-query.ts';
import type { Query } from '../../../../../src/storage/aws/search/query-dsl.ts';
import { createSession } from '../../../../../src/storage/aws/search/search-session.ts';
import { fakeEngine } from './fake-engine.ts';

const prefixes = (count: number): Query[] => Array.from({ length: count }, (_, i) => ({ prefix: { string: `p${i}` } }));
const answer = () => ({ timed_out: false, hits: { hits: [{ _id: 'a', sort: ['a', 'Patient'] }] } });

function countOf(query: Query): number {
  const { bool, nested } = query;
  if (nested !== undefined) return countOf(nested.query);
  const parts = [...(bool?.filter ?? []), ...(bool?.should ?? []), ...(bool?.must_not ?? [])];
  return bool === undefined ? 1 : parts.reduce((sum, part) => sum + countOf(part), 0);
}

function depthOf({ bool }: Query): number {
  if (bool === undefined) return 0;
  return 1 + Math.max(0, ...[...(bool.filter ?? []), ...(bool.should ?? []), ...(bool.must_not ?? [])].map(depthOf));
}

describe('a query that OpenSearch would refuse', () => {
  const fitted = async (query: Query) => {
    const { context, sent } = fakeEngine(answer);
    return { query: await fitQuery(createSession(context), query, ['Patient']), asked: sent };
  };

  it('is left alone when it is none', async () => {
    const query = { bool: { should: prefixes(400) } };
    const done = await fitted(query);
    expect(done.query).toBe(query);
    expect(done.asked).toEqual([]);
  });

  it.each(['should', 'filter', 'must_not'] as const)(
    'has the parts of a long "%s" searched for before',
    async (role) => {
      const { query, asked } = await fitted({ bool: { [role]: prefixes(20_000) } });
      expect(countOf(query)).toBeLessThan(1000);
      expect(asked).toHaveLength(45);
      for (const { body } of asked) expect(body?.match(/"prefix"/g)?.length ?? 0).toBeLessThanOrEqual(450);
    },
  );

  it('has what is too deep searched for before', async () => {
    let query: Query = { term: { id: 'a' } };
    for (let i = 0; i < 200; i++)
      query = { bool: i % 2 === 0 ? { filter: [query, { term: { id: `${i}` } }] } : { must_not: [query] } };
    const done = await fitted(query);
    expect(depthOf(done.query)).toBeLessThanOrEqual(16);
    expect(done.asked.length).toBeGreaterThan(5);
  });
});
