import { describe, expect, it } from 'vitest';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, searchQuery } from './mirrored-store.ts';

const QUERIES = [
  'asthma',
  'ASTHMA',
  'severe asthma',
  'asthma severe',
  '"severe asthma"',
  '"asthma severe"',
  'asthma OR fracture',
  '"severe asthma" OR fracture',
  'or',
  'muller',
  'Müller',
  'asth',
  'missing',
  'asthma missing',
  'missing OR asthma',
  'severe asthma OR fracture',
  'asthma OR fracture left OR severe',
  'left',
  'x2',
  '37',
];

/** Texts that look like an engine's own syntax: they must be searched for or find nothing, and never fail. */
const SYNTAX = [
  '"',
  '"unclosed phrase',
  '*',
  'asth*',
  '-asthma',
  '+asthma',
  'NOT asthma',
  'AND',
  'OR',
  'OR OR',
  'NEAR(a b)',
  'narrative: asthma',
  '{narrative}: x',
  '(asthma',
  'asthma)',
  '^asthma',
  "'",
  ';',
  '\\',
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '😀',
  '. , ;',
  'a"b"c',
  'col:val',
  '_',
  '%',
];

export function describeFullText(open: OpenStore): void {
  describe('full text', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(
        { type: 'Basic', id: 't1', narrative: 'Severe asthma, since childhood' },
        { type: 'Basic', id: 't2', narrative: 'Asthma; not severe' },
        { type: 'Basic', id: 't3', narrative: 'Fracture of the <b>left</b> arm or leg' },
        { type: 'Basic', id: 't4', note: 'asthma severe' },
        { type: 'Basic', id: 't5', narrative: 'Dr. Müller', note: 'x2 at 37 degrees' },
        { type: 'Basic', id: 't6' },
        { type: 'Other', id: 't1', narrative: 'asthma' },
        { type: 'Basic', id: 'gone', narrative: 'asthma', note: 'asthma' },
        { type: 'Basic', id: 'changed', narrative: 'asthma', note: 'asthma' },
      );
      await mirror.remove('Basic', 'gone');
      await mirror.put({ type: 'Basic', id: 'changed', narrative: 'nothing of it' });
      return mirror;
    });

    it.each(QUERIES)('finds %s', async (text) => {
      for (const field of ['narrative', 'content'] as const) {
        const filter = { op: 'text', field, text } as const;
        await mirrored().check(searchQuery(['Basic'], { filter }));
        await mirrored().check(searchQuery(['Basic', 'Other'], { filter }));
        await mirrored().check(searchQuery(['Basic'], { filter: { op: 'not', filter } }));
        await mirrored().check(
          searchQuery(['Basic'], { filter: { op: 'and', filters: [filter, { op: 'ids', ids: ['t1', 't4'] }] } }),
        );
        await mirrored().check(
          searchQuery(['Basic'], { filter: { op: 'or', filters: [filter, { op: 'ids', ids: ['t6'] }] } }),
        );
      }
    });

    it.each(SYNTAX)('never fails on %j', async (text) => {
      for (const field of ['narrative', 'content'] as const) {
        const page = await mirrored().search(searchQuery(['Basic'], { filter: { op: 'text', field, text } }));
        expect(page.matches.length).toBeLessThanOrEqual(7);
      }
    });
  });
}
