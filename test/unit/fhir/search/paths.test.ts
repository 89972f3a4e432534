import { expect, it } from 'vitest';
import type { Filter } from '../../../../src/fhir/search/search-query.ts';
import { and, chain, has, ids, match, missing, not, or, parse, ref, starts, token, types } from './search-fixture.ts';

const x = (parameter = 'name') => match(parameter, starts('x'));
/** `phonetic` is only the name: the alias stands by itself. */
const organizationName = or(x('phonetic'), x('name'));
const weight = match('code', token('w'));

const rows: [string, Filter][] = [
  ['Patient?', and()],
  ['Patient?name=x&gender=male', and(x(), match('gender', token('male')))],
  ['Patient?name=x&name=y', and(x(), match('name', starts('y')))],
  ['Observation?subject:Patient.name=x', chain('subject', 'Patient', x())],
  ['Observation?patient.name=x', chain('patient', 'Patient', x())],
  ['Observation?subject.name=x', or(chain('subject', 'Location', x()), chain('subject', 'Patient', x()))],
  [
    'Observation?patient.organization.name=x',
    chain('patient', 'Patient', chain('organization', 'Organization', organizationName)),
  ],
  [
    'Observation?subject:Patient.organization.name=x',
    chain('subject', 'Patient', chain('organization', 'Organization', organizationName)),
  ],
  ['Observation?patient.gender:not=male', chain('patient', 'Patient', not(match('gender', token('male'))))],
  ['Observation?patient.name:missing=true', chain('patient', 'Patient', missing('name'))],
  ['Observation?patient._id=1', chain('patient', 'Patient', ids('1'))],
  [
    'Observation?patient.name=x&patient.gender=male',
    and(chain('patient', 'Patient', x()), chain('patient', 'Patient', match('gender', token('male')))),
  ],
  [
    'Observation?patient.identifier:of-type=s|t|v',
    chain('patient', 'Patient', match('identifier:of-type', { kind: 'token', system: 's|t', code: 'v' })),
  ],
  [
    'Observation?patient.general-practitioner:Organization.name=x',
    chain('patient', 'Patient', chain('general-practitioner', 'Organization', organizationName)),
  ],
  ['Patient?_has:Observation:patient:code=w', has('Observation', 'patient', weight)],
  ['Patient?_has:Observation:subject:code=w', has('Observation', 'subject', weight)],
  ['Patient?_has:Observation:patient:code:not=w', has('Observation', 'patient', not(weight))],
  [
    'Patient?_has:Observation:patient:code=w&_has:Observation:patient:status=final',
    and(has('Observation', 'patient', weight), has('Observation', 'patient', match('status', token('final')))),
  ],
  [
    'Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=Device/1',
    has('Observation', 'patient', has('AuditEvent', 'entity', match('agent', ref('Device/1')))),
  ],
  [
    'Patient?_has:Observation:patient:performer:Practitioner.name=x',
    has('Observation', 'patient', chain('performer', 'Practitioner', x())),
  ],
  [
    'Encounter?patient._has:Observation:patient:code=w',
    chain('patient', 'Patient', has('Observation', 'patient', weight)),
  ],
  ['Encounter?subject._has:Condition:patient:code=w', chain('subject', 'Patient', has('Condition', 'patient', weight))],
  ['Encounter?patient._has:Group:member:_id=1', chain('patient', 'Patient', has('Group', 'member', ids('1')))],
  [
    'Practitioner?_has:Observation:performer:patient.name=x',
    has('Observation', 'performer', chain('patient', 'Patient', x())),
  ],
  ['Patient/1/Observation?', or(match('subject', ref('Patient/1')), match('performer', ref('Patient/1')))],
  [
    'Patient/1/Observation?code=w',
    and(or(match('subject', ref('Patient/1')), match('performer', ref('Patient/1'))), weight),
  ],
  ['Patient/1/Patient?', or(ids('1'), match('link', ref('Patient/1')))],
  ['Encounter/1/Encounter?', ids('1')],
  [
    'Patient/1/*?_type=Condition,Procedure',
    or(
      and(types('Condition'), or(match('patient', ref('Patient/1')), match('asserter', ref('Patient/1')))),
      and(types('Procedure'), or(match('patient', ref('Patient/1')), match('performer', ref('Patient/1')))),
    ),
  ],
  ['?_type=Patient,Practitioner&name=x', x()],
  ['?_type=Patient,Observation&_id=1', ids('1')],
  [
    '?_type=Condition,Observation&subject=1',
    or(
      and(types('Condition'), match('subject', ref('Group/1'), ref('Patient/1'))),
      and(types('Observation'), match('subject', ref('Device/1'), ref('Group/1'), ref('Location/1'), ref('Patient/1'))),
    ),
  ],
  ['?_tag=a', match('_tag', token('a'))],
  ['?_type=Patient', and()],
];

it.each(rows)('%s', async (query, filter) => {
  const { query: parsed } = await parse(query);

  expect(parsed.filter).toEqual(filter);
});

it('a search across types is over all of them', async () => {
  const { query } = await parse('?_lastUpdated=gt2020');

  expect(query.types).toContain('Patient');
  expect(query.types.length).toBeGreaterThan(140);
});

it('a bare id that may be of any type is tested as each of them', async () => {
  const { query } = await parse('List?item=1');

  expect(query.filter.op === 'match' && query.filter.tests.length).toBe((await parse('?')).query.types.length);
});

it('a compartment search across types leaves out those that can not be in it', async () => {
  const { query } = await parse('Patient/1/*');

  expect(query.types).toContain('Observation');
  expect(query.types).not.toContain('Practitioner');
});
