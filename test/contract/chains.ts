import { describe, expect, it } from 'vitest';
import { type Filter, MATCH_ALL } from '../../src/fhir/search/search-query.ts';
import { reference, string, urlReference } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore, searchQuery } from './mirrored-store.ts';

const name = (text: string): Filter => ({
  op: 'match',
  parameter: 'name',
  tests: [{ kind: 'string', match: 'starts-with', text }],
});
const chain = (parameter: string, type: string, filter: Filter = MATCH_ALL): Filter => ({
  op: 'chain',
  parameter,
  type,
  filter,
});
const has = (type: string, parameter: string, filter: Filter = MATCH_ALL): Filter => ({
  op: 'has',
  type,
  parameter,
  filter,
});
const not = (filter: Filter): Filter => ({ op: 'not', filter });
const and = (...filters: Filter[]): Filter => ({ op: 'and', filters });
const or = (...filters: Filter[]): Filter => ({ op: 'or', filters });

/** Searched type, filter. */
const CASES: readonly (readonly [string, string, Filter])[] = [
  ['what refers to a match', 'Observation', chain('subject', 'Patient', name('anna'))],
  ['what refers to anything of a type that exists', 'Observation', chain('subject', 'Patient')],
  ['what refers to another type by the same parameter', 'Observation', chain('subject', 'Group', name('group'))],
  ['what does not refer to a match', 'Observation', not(chain('subject', 'Patient', name('anna')))],
  ['what refers to what does not match', 'Observation', chain('subject', 'Patient', not(name('anna')))],
  [
    'two chains, both',
    'Observation',
    and(chain('subject', 'Patient', name('anna')), chain('performer', 'Practitioner', name('dr'))),
  ],
  ['two chains, one', 'Observation', or(chain('subject', 'Patient', name('bob')), chain('subject', 'Group'))],
  [
    'a chain over a chain',
    'Observation',
    chain('subject', 'Patient', chain('organization', 'Organization', name('clinic'))),
  ],
  [
    'three deep, over itself',
    'Observation',
    chain('subject', 'Patient', chain('organization', 'Organization', chain('partof', 'Organization', name('trust')))),
  ],
  [
    'two conditions on one target',
    'Observation',
    chain('subject', 'Patient', and(name('anna'), chain('organization', 'Organization', name('clinic')))),
  ],
  ['ids of the target', 'Observation', chain('subject', 'Patient', { op: 'ids', ids: ['anna', 'none'] })],
  [
    'a target that has no parameter',
    'Observation',
    chain('subject', 'Patient', { op: 'missing', parameter: 'organization' }),
  ],
  ['a parameter that nothing has', 'Observation', chain('unheard', 'Patient')],
  ['a type that nothing is', 'Observation', chain('subject', 'Unheard')],
  ['what is referred to', 'Patient', has('Observation', 'subject')],
  ['what is referred to by a match', 'Patient', has('Observation', 'subject', name('pulse'))],
  ['what is not referred to', 'Patient', not(has('Observation', 'subject'))],
  ['what is referred to by what is not a match', 'Patient', has('Observation', 'subject', not(name('pulse')))],
  [
    'two of them, both',
    'Patient',
    and(has('Observation', 'subject', name('pulse')), has('Observation', 'subject', name('weight'))),
  ],
  ['nested', 'Organization', has('Patient', 'organization', has('Observation', 'subject', name('pulse')))],
  ['over itself', 'Organization', has('Organization', 'partof', name('clinic'))],
  ['a chain within', 'Patient', has('Observation', 'subject', chain('performer', 'Practitioner', name('dr')))],
  ['within a chain', 'Observation', chain('subject', 'Patient', has('Encounter', 'subject', name('visit')))],
  ['both and a value', 'Patient', and(name('a'), has('Observation', 'subject'), chain('organization', 'Organization'))],
  ['a parameter that nothing has, in reverse', 'Patient', has('Observation', 'unheard')],
  ['a type that nothing is, in reverse', 'Patient', has('Unheard', 'subject')],
];

export function describeChains(open: OpenStore): void {
  describe('chains', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(
        // Referring resources first: what they refer to comes later.
        {
          type: 'Observation',
          id: 'o1',
          entries: [
            string('name', 'Pulse'),
            reference('subject', 'Patient/anna'),
            reference('performer', 'Practitioner/dr'),
          ],
        },
        { type: 'Observation', id: 'o2', entries: [string('name', 'Weight'), reference('subject', 'Patient/anna')] },
        {
          type: 'Observation',
          id: 'o3',
          entries: [
            string('name', 'Pulse'),
            reference('subject', 'Patient/bob'),
            reference('performer', 'Practitioner/dr'),
          ],
        },
        { type: 'Observation', id: 'o4', entries: [string('name', 'Height'), reference('subject', 'Group/anna')] },
        { type: 'Observation', id: 'o5', entries: [string('name', 'Pulse'), reference('subject', 'Patient/never')] },
        { type: 'Observation', id: 'o6', entries: [string('name', 'Pulse'), reference('subject', 'Patient/gone')] },
        { type: 'Observation', id: 'o7', entries: [urlReference('subject', 'http://elsewhere.org/Patient/anna')] },
        {
          type: 'Observation',
          id: 'o8',
          entries: [
            reference('subject', 'Patient/anna'),
            reference('subject', 'Patient/bob'),
            reference('subject', 'Patient/anna'),
          ],
        },
        { type: 'Observation', id: 'gone', entries: [string('name', 'Pulse'), reference('subject', 'Patient/cleo')] },
        { type: 'Encounter', id: 'e1', entries: [string('name', 'Visit'), reference('subject', 'Patient/bob')] },
      );
      await mirror.put(
        {
          type: 'Patient',
          id: 'anna',
          entries: [string('name', 'Anna'), reference('organization', 'Organization/clinic')],
        },
        {
          type: 'Patient',
          id: 'bob',
          entries: [
            string('name', 'Bob'),
            string('name', 'Annas Freund'),
            reference('organization', 'Organization/hospital'),
          ],
        },
        { type: 'Patient', id: 'cleo', entries: [string('name', 'Cleo')] },
        { type: 'Patient', id: 'gone', entries: [string('name', 'Anna')] },
        { type: 'Group', id: 'anna', entries: [string('name', 'Group of Anna')] },
        { type: 'Practitioner', id: 'dr', entries: [string('name', 'Dr Who')] },
        {
          type: 'Organization',
          id: 'clinic',
          entries: [string('name', 'Clinic'), reference('partof', 'Organization/trust')],
        },
        {
          type: 'Organization',
          id: 'hospital',
          entries: [string('name', 'Hospital'), reference('partof', 'Organization/hospital')],
        },
        { type: 'Organization', id: 'trust', entries: [string('name', 'Trust')] },
      );
      await mirror.remove('Patient', 'gone');
      await mirror.remove('Observation', 'gone');
      return mirror;
    });

    it.each(CASES)('%s', async (_, type, filter) => {
      await mirrored().check(searchQuery([type], { filter }));
      await mirrored().check(searchQuery([type, 'Encounter'], { filter }));
    });

    it('follows what comes, changes and goes', async () => {
      const mirror = mirrored();
      const query = searchQuery(['Observation'], { filter: chain('subject', 'Patient', name('later')) });
      const put = (text: string) => mirror.put({ type: 'Patient', id: 'never', entries: [string('name', text)] });
      expect(await mirror.find(query)).toEqual([]);
      await put('Later');
      expect(await mirror.find(query)).toEqual(['Observation/o5']);
      await put('Other');
      expect(await mirror.find(query)).toEqual([]);
      await put('Later again');
      await mirror.remove('Patient', 'never');
      expect(await mirror.find(query)).toEqual([]);
      await put('Later once more');
      expect(await mirror.find(query)).toEqual(['Observation/o5']);
      await mirror.remove('Patient', 'never');
    });
  });
}
