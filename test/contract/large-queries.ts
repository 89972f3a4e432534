import { describe, it } from 'vitest';
import type { Filter, ValueTest } from '../../src/fhir/search/search-query.ts';
import { number, quantity, reference, string, token, uri } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, START, searchQuery } from './mirrored-store.ts';

const MANY = 20_000;
const numbers = Array.from({ length: MANY }, (_, i) => i);
const code = (value: string): Filter => ({
  op: 'match',
  parameter: 'code',
  tests: [{ kind: 'token', system: 's', code: value }],
});

/** Twenty thousand tests of each kind, of which a few match. */
const TESTS: Readonly<Record<string, (n: number) => ValueTest>> = {
  token: (n) => ({ kind: 'token', system: 's', code: `c${n}` }),
  'token without system': (n) => ({ kind: 'token', code: `c${n}` }),
  string: (n) => ({ kind: 'string', match: 'starts-with', text: `name ${n} ` }),
  'exact string': (n) => ({ kind: 'string', match: 'exact', text: `Name ${n} x` }),
  reference: (n) => ({ kind: 'reference', type: 'Patient', id: `p${n}` }),
  number: (n) => ({ kind: 'number', prefix: 'eq', low: n * 7 - 0.5, high: n * 7 + 0.5 }),
  quantity: (n) => ({ kind: 'quantity', prefix: 'eq', low: n * 7 - 0.5, high: n * 7 + 0.5, system: 's', code: 'mg' }),
  date: (n) => ({ kind: 'date', prefix: 'eq', low: START + n, high: START + n + 1 }),
  uri: (n) => ({ kind: 'uri', match: 'exact', uri: `urn:${n}` }),
};

export function describeLargeQueries(open: OpenStore): void {
  describe('large queries', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(
        ...Array.from({ length: 50 }, (_, i) => i * 500).map((n) => ({
          type: 'Basic',
          id: `l${n}`,
          entries: [
            token('code', 's', `c${n}`),
            string('string', `Name ${n} x`),
            reference('reference', `Patient/p${n}`),
            number('number', n),
            quantity('quantity', n, 's', 'mg'),
            { kind: 'date', parameter: 'date', group: 0, low: START + n, high: START + n + 1 } as const,
            uri('uri', `urn:${n}`),
            token('pair$0', 's', `c${n}`, undefined, 1),
            number('pair$1', n, n, 1),
            reference('next', `Basic/l${n + 500}`),
          ],
        })),
      );
      return mirror;
    });

    const check = (filter: Filter) => mirrored().check(searchQuery(['Basic'], { filter }));

    it.each(Object.entries(TESTS))('twenty thousand tests: %s', async (name, test) => {
      const parameter = name.startsWith('token') ? 'code' : (name.split(' ').at(-1) ?? '');
      await check({ op: 'match', parameter, tests: numbers.map(test) });
    });

    it('twenty thousand codes', async () => {
      await check({
        op: 'match',
        parameter: 'code',
        tests: [{ kind: 'token-in', sets: [{ system: 's', codes: numbers.map((n) => `c${n}`) }] }],
      });
      const sets = numbers.map((n) => ({ system: n % 100 === 0 ? 's' : `s${n}`, codes: [`c${n}`] }));
      await check({ op: 'match', parameter: 'code', tests: [{ kind: 'token-in', sets }] });
    });

    it('twenty thousand ids', () => check({ op: 'ids', ids: numbers.map((n) => `l${n}`) }));

    it('two thousand tuples', async () => {
      const tuples = numbers.slice(0, 2_000).map((n): ValueTest[] => [
        { kind: 'token', system: 's', code: `c${n}` },
        { kind: 'number', prefix: 'ap', low: n, high: n },
      ]);
      await check({ op: 'composite', parameter: 'pair', tuples });
    });

    it.each(['and', 'or'] as const)('fifteen hundred filters under one "%s"', async (op) => {
      await check({
        op,
        filters: numbers
          .slice(0, 1_500)
          .map((n) => (op === 'or' ? code(`c${n}`) : { op: 'not', filter: code(`c${n}`) })),
      });
    });

    it.each([30, 200])('a tree %d deep', async (depth) => {
      let filter = code('c500');
      for (let i = 0; i < depth; i++) {
        if (i % 3 === 0) filter = { op: 'not', filter };
        else filter = { op: i % 3 === 1 ? 'and' : 'or', filters: [filter, code(i % 3 === 1 ? 'c1000' : 'c1500')] };
      }
      await check(filter);
    });

    it('a chain of twenty links, there and back', async () => {
      let chain = code('c10000');
      let has = code('c0');
      for (let i = 0; i < 20; i++) {
        chain = { op: 'chain', parameter: 'next', type: 'Basic', filter: chain };
        has = { op: 'has', parameter: 'next', type: 'Basic', filter: has };
      }
      await check(chain);
      await check(has);
    });
  });
}
