import { describe, expect, it } from 'vitest';
import type { Include } from '../../src/fhir/search/search-query.ts';
import { reference, string, urlReference } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { keysOf, MirroredStore, searchQuery } from './mirrored-store.ts';

const forward = (source: string, parameters: string[], more: Partial<Include> = {}): Include => ({
  reverse: false,
  source,
  parameters,
  iterate: false,
  ...more,
});
const reverse = (source: string, parameters: string[], more: Partial<Include> = {}): Include => ({
  reverse: true,
  source,
  parameters,
  targets: [source],
  iterate: false,
  ...more,
});
const iterate = { iterate: true };

const CASES: readonly (readonly [string, string, readonly Include[]])[] = [
  ['nothing when nothing is asked for', 'Observation', []],
  ['what matches refer to', 'Observation', [forward('Observation', ['subject'])]],
  ['by several parameters', 'Observation', [forward('Observation', ['subject', 'performer', 'related'])]],
  ['by several includes', 'Observation', [forward('Observation', ['subject']), forward('Observation', ['performer'])]],
  ['only targets of the types named', 'Observation', [forward('Observation', ['subject'], { targets: ['Group'] })]],
  ['no target', 'Observation', [forward('Observation', ['subject'], { targets: [] })]],
  ['nothing by an include of another type', 'Observation', [forward('Patient', ['organization'])]],
  ['nothing by a parameter that nothing has', 'Observation', [forward('Observation', ['unheard'])]],
  ['nothing by no parameter', 'Observation', [forward('Observation', [])]],
  [
    'one step without iterate',
    'Observation',
    [forward('Observation', ['subject']), forward('Patient', ['organization'])],
  ],
  [
    'two steps with it',
    'Observation',
    [forward('Observation', ['subject']), forward('Patient', ['organization'], iterate)],
  ],
  [
    'two steps, whatever the order',
    'Observation',
    [forward('Patient', ['organization'], iterate), forward('Observation', ['subject'])],
  ],
  [
    'every step of a type that refers to itself',
    'Patient',
    [forward('Patient', ['organization']), forward('Organization', ['partof'], iterate)],
  ],
  ['a cycle once', 'Organization', [forward('Organization', ['partof'], iterate)]],
  ['what refers to matches', 'Patient', [reverse('Observation', ['subject'])]],
  ['by several of its parameters', 'Patient', [reverse('Observation', ['subject', 'performer'])]],
  ['both ways', 'Patient', [reverse('Observation', ['subject']), forward('Patient', ['organization'])]],
  [
    'reverse, two steps',
    'Organization',
    [reverse('Patient', ['organization']), reverse('Observation', ['subject'], iterate)],
  ],
  [
    'reverse, then forward',
    'Patient',
    [reverse('Observation', ['subject']), forward('Observation', ['performer'], iterate)],
  ],
  [
    'everything there is to reach',
    'Observation',
    [
      forward('Observation', ['subject', 'performer', 'related'], iterate),
      forward('Patient', ['organization'], iterate),
      forward('Organization', ['partof'], iterate),
      reverse('Observation', ['subject', 'performer', 'related'], iterate),
      reverse('Patient', ['organization'], iterate),
    ],
  ],
];

export function describeIncludes(open: OpenStore): void {
  describe('includes', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(
        {
          type: 'Observation',
          id: 'o1',
          entries: [
            reference('subject', 'Patient/a'),
            reference('performer', 'Practitioner/p'),
            reference('related', 'Observation/o2'),
          ],
        },
        {
          type: 'Observation',
          id: 'o2',
          entries: [reference('subject', 'Patient/a'), reference('performer', 'Patient/a')],
        },
        {
          type: 'Observation',
          id: 'o3',
          entries: [
            reference('subject', 'Group/g'),
            reference('performer', 'Patient/b'),
            reference('performer', 'Practitioner/p'),
          ],
        },
        {
          type: 'Observation',
          id: 'o4',
          entries: [reference('subject', 'Patient/gone'), reference('performer', 'Practitioner/never')],
        },
        {
          type: 'Observation',
          id: 'o5',
          entries: [urlReference('subject', 'http://elsewhere.org/Patient/a'), string('performer', 'Patient/a')],
        },
        { type: 'Observation', id: 'gone', entries: [reference('subject', 'Patient/a')] },
        { type: 'Patient', id: 'a', entries: [reference('organization', 'Organization/1')] },
        { type: 'Patient', id: 'b', entries: [reference('organization', 'Organization/2')] },
        { type: 'Patient', id: 'gone' },
        { type: 'Practitioner', id: 'p' },
        { type: 'Group', id: 'g' },
        { type: 'Organization', id: '1', entries: [reference('partof', 'Organization/2')] },
        { type: 'Organization', id: '2', entries: [reference('partof', 'Organization/3')] },
        { type: 'Organization', id: '3', entries: [reference('partof', 'Organization/1')] },
        { type: 'Organization', id: 'self', entries: [reference('partof', 'Organization/self')] },
      );
      await mirror.remove('Patient', 'gone');
      await mirror.remove('Observation', 'gone');
      return mirror;
    });

    it.each(CASES)('%s', async (_, type, includes) => {
      for (const count of [1, 2, 100]) await mirrored().check(searchQuery([type], { includes, count }));
      await mirrored().check(searchQuery([type, 'Practitioner'], { includes }));
      for (const { id } of mirrored().resources.values())
        await mirrored().check(searchQuery([type], { includes, filter: { op: 'ids', ids: [id] } }));
    });

    it('includes nothing when only the total is wanted', async () => {
      const page = await mirrored().search(
        searchQuery(['Observation'], { includes: [forward('Observation', ['subject'])], count: 0 }),
      );
      expect(page).toMatchObject({ matches: [], included: [], total: 5 });
    });

    it('goes to the end of a long chain of references, unless it says that it did not', async () => {
      const mirror = mirrored();
      const length = 300;
      const writes = Array.from({ length }, (_, i) => ({
        type: 'Long',
        id: `l${i}`,
        entries: [reference('next', `Long/l${i + 1}`)],
      }));
      await mirror.put(...writes);
      const filter = { op: 'ids', ids: ['l0'] } as const;
      const page = await mirror.search(
        searchQuery(['Long'], { filter, includes: [forward('Long', ['next'], iterate)] }),
      );
      const wanted = writes.slice(1).map(({ id }) => `Long/${id}`);
      if (page.includedTruncated) expect(wanted).toEqual(expect.arrayContaining(keysOf(page.included)));
      else expect(keysOf(page.included).sort()).toEqual(wanted.sort());
    });
  });
}
