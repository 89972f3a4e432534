import { expect, it } from 'vitest';
import { FhirError } from '../../../../src/fhir/operation-outcome.ts';
import { parse, searchContext, titled } from './search-fixture.ts';

const rows: [query: string, code: string, text: RegExp][] = [
  ['Patient?nmae=x', 'not-supported', /Patient has no search parameter "nmae"\. Did you mean "name"\?/],
  ['Patient?zzzzzzzzzz=x', 'not-supported', /no search parameter "zzzzzzzzzz"\.$/],
  ['Foo?name=x', 'not-supported', /"Foo" is not a resource type/],
  ['Patient?name=', 'value', /"name" has an empty value/],
  ['Patient?name=a,,b', 'value', /empty value/],
  ['Patient?_sort=', 'value', /empty value/],
  [
    'Patient?name:foo=x',
    'not-supported',
    /string search parameter "name" has no modifier ":foo"; it has :missing, :exact, :contains/,
  ],
  ['Patient?birthdate:exact=2013', 'not-supported', /it has :missing\./],
  [
    'Patient?gender:contains=x',
    'not-supported',
    /token search parameter "gender".*:text, :not, :in, :not-in, :above, :below\./,
  ],
  ['Patient?gender:of-type=a|b|c', 'not-supported', /no modifier ":of-type"/],
  ['Observation?code-value-quantity:missing=true', 'not-supported', /it has none/],
  ['Observation?subject:Practitioner=1', 'not-supported', /no modifier ":Practitioner".*:Patient/],
  ['Observation?subject:exact=1', 'not-supported', /:missing, :identifier, :Device, :Group, :Location, :Patient/],
  ['Observation?subject:Patient=Group/1', 'value', /a reference to Patient/],
  ['Observation?subject:above=Patient/1', 'not-supported', /no modifier ":above"/],
  ['Patient?_id:exact=1', 'not-supported', /it has :missing, :not/],
  ['Patient?_lastUpdated:not=2013', 'not-supported', /it has :missing/],
  ['Patient?_text:exact=x', 'not-supported', /it has none/],
  ['Patient?name:missing=maybe', 'value', /true or false/],
  ['Patient?name:missing=true,false', 'value', /true or false/],
  ['Patient?birthdate=yesterday', 'value', /"birthdate" can't be read: expected a date/],
  ['Patient?birthdate=xx2013', 'value', /expected a date/],
  ['RiskAssessment?probability=much', 'value', /expected a number/],
  ['RiskAssessment?probability=gt', 'value', /expected a number/],
  ['RiskAssessment?probability=1e999', 'value', /expected a number/],
  ['Observation?value-quantity=5|mg', 'value', /expected a quantity/],
  ['Observation?value-quantity=a|b|c', 'value', /expected a quantity/],
  ['Observation?value-quantity=5|a|b|c', 'value', /expected a quantity/],
  ['Patient?identifier=|', 'value', /\[system\]\|\[code\]/],
  ['Patient?identifier=a|b|c', 'value', /\[system\]\|\[code\]/],
  ['Patient?identifier:of-type=a|b', 'value', /all three/],
  ['Observation?subject=Patient/1/2', 'value', /a reference/],
  ['Observation?subject=Foo/1', 'value', /a reference/],
  ['Observation?subject=a b', 'value', /a reference/],
  ['Observation?code-value-quantity=a', 'value', /\[code\]\$\[value-quantity\]/],
  ['Observation?code-value-quantity=a$', 'value', /\[code\]\$\[value-quantity\]/],
  ['Observation?code-value-quantity=a$b$c', 'value', /\[code\]\$\[value-quantity\]/],
  ['Observation?code-value-quantity=a$b', 'value', /expected a quantity/],
  ['Observation?code:in=http://unknown', 'not-supported', /value set.*"http:\/\/unknown"/],
  ['Observation?code:below=animal', 'value', /\[system\]\|\[code\]/],
  ['Observation?code:below=http://tree|stone', 'not-supported', /not known here/],
  ['Observation?patient.nmae=x', 'not-supported', /Patient has no search parameter "nmae"/],
  ['Observation?subject.nmae=x', 'not-supported', /No type that "subject" of Observation refers to has "nmae"/],
  ['Observation?code.name=x', 'not-supported', /token search parameter; only references/],
  ['Observation?subject:Practitioner.name=x', 'not-supported', /can't refer to "Practitioner"; it refers to Device/],
  ['Observation?subject.=x', 'invalid', /not the name of a search parameter/],
  ['Observation?:exact=x', 'invalid', /not the name of a search parameter/],
  ['Observation?subject:=x', 'invalid', /not the name of a search parameter/],
  [`Observation?${'has-member.'.repeat(11)}code=x`, 'too-costly', /at most 10 references/],
  [`Observation?${'focus.'.repeat(9)}_id=x`, 'too-costly', /too many values/],
  [`Patient?${'_has:Patient:link:'.repeat(5000)}name=x`, 'too-costly', /at most 10 references/],
  [`Patient?_id=${'a,'.repeat(10_001)}a`, 'too-costly', /at most 10000 values/],
  [`List?item=${'a,'.repeat(1000)}a`, 'too-costly', /name the types/],
  [`Patient?${'name=a&'.repeat(1001)}`, 'too-costly', /at most 1000 parameters/],
  ['Patient?_has=x', 'invalid', /"_has:\[type\]/],
  ['Patient?_has:Observation:patient=x', 'invalid', /"_has:\[type\]/],
  ['Patient?_has:Foo:patient:code=x', 'invalid', /"Foo" in "_has" is not a resource type/],
  ['Patient?_has:Observation:nope:code=x', 'not-supported', /Observation has no search parameter "nope"/],
  [
    'Practitioner?_has:Observation:patient:code=x',
    'not-supported',
    /"patient" of Observation can't refer to Practitioner/,
  ],
  ['Patient?_list=$current-problems', 'not-supported', /Functional lists/],
  ['Patient?_query=foo', 'not-supported', /_query/],
  ['Location?near=1|2|3', 'not-supported', /"near" is not supported/],
  ['Patient?_contained=true', 'not-supported', /_contained=false/],
  ['Patient?_contained=both', 'not-supported', /_contained=false/],
  ['Patient?_contained=maybe', 'value', /"_contained" is one of/],
  ['Patient?_count=-1', 'value', /_count/],
  ['Patient?_count=many', 'value', /_count/],
  ['Patient?_count=1&_count=2', 'invalid', /only once/],
  ['Patient?_count:exact=1', 'not-supported', /takes no modifier/],
  ['Patient?_summary=all', 'value', /"_summary" is one of true, text, data, count, false/],
  ['Patient?_summary=text&_include=*', 'invalid', /can't be combined/],
  ['Patient?_total=some', 'value', /none, estimate, accurate/],
  ['Patient?_elements=a,', 'value', /_elements/],
  ['Patient?_sort=nmae', 'not-supported', /Did you mean "name"/],
  ['Patient?_sort=-', 'value', /_sort/],
  ['Patient?_sort=_text', 'not-supported', /Sorting by "_text"/],
  ['Patient?_sort=_score', 'not-supported', /_score/],
  ['Observation?_sort=code-value-quantity', 'not-supported', /composite search parameter/],
  ['Patient?_sort:desc=name', 'not-supported', /takes no modifier/],
  ['Patient?_include=Patient', 'value', /\[type\]:\[parameter\]/],
  ['Patient?_include=Patient:a:b:c', 'value', /\[type\]:\[parameter\]/],
  ['Patient?_include=Foo:bar', 'value', /"Foo" in "_include" is not a resource type/],
  ['Patient?_include=Patient:nope', 'not-supported', /no search parameter "nope"/],
  ['Patient?_include=Patient:name', 'not-supported', /only references can be included/],
  ['Patient?_include=Patient:organization:Device', 'not-supported', /can't refer to "Device"/],
  ['Patient?_include=Patient:organization:Foo', 'value', /"Foo" in "_include"/],
  ['Patient?_include:foo=Patient:organization', 'not-supported', /_include:iterate/],
  [`Patient?_include=${'*,'.repeat(100)}*`, 'too-costly', /at most 100 values/],
  [`Patient?${'_revinclude=*&'.repeat(50)}`, 'too-costly', /includes too much/],
  ['Patient?_include.x=*', 'not-supported', /is not known/],
  ['?_type=Foo', 'not-supported', /"Foo" is not a resource type/],
  ['?_type=Patient&_type=Group', 'invalid', /only once/],
  ['?name=x', 'not-supported', /has no search parameter "name"/],
  ['?_type=Patient,Observation&name=x', 'not-supported', /Observation has no search parameter "name"/],
  ['?_type=Patient,Observation&_sort=name', 'not-supported', /Observation has no search parameter "name"/],
  ['Patient/1/Practitioner?', 'not-supported', /Practitioner can't be in the compartment of a "Patient"/],
  ['Organization/1/Patient?', 'not-supported', /"Organization" has no compartment/],
];

it.each(titled(rows))('%s', async (_, query, code, text) => {
  await expect(parse(query)).rejects.toMatchObject({ status: 400, code, message: expect.stringMatching(text) });
});

/** Numbers that look random and are the same in each run. */
function* numbers(): Generator<number> {
  let state = 42;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

it('whatever is asked is answered or refused, and never fails', async () => {
  const pieces =
    'name code subject patient _has _filter _include _sort _id _type _count value-quantity code-value-quantity : . = & , | $ \\ * - ( ) " [ ] gt2013 eq not in and Patient Observation http://x 5.4 %20 missing above true _list é'.split(
      ' ',
    );
  const random = numbers();
  const next = (below: number) => Math.floor((random.next().value ?? 0) * below);
  for (let i = 0; i < 3000; i++) {
    const query = Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join('');
    const handling = i % 2 === 0 ? 'strict' : 'lenient';
    const error = await parse(`Observation?${query}`, undefined, handling).catch((caught: unknown) => caught);

    if (error instanceof Error) expect(error, query).toBeInstanceOf(FhirError);
  }
});

it('a value is never shown in a message', async () => {
  const error = await parse('Patient?birthdate=secret').catch((caught: unknown) => caught);

  expect(String(error)).not.toContain('secret');
});

const stu3: [query: string, text: RegExp][] = [
  ['Patient?_source=x', /no search parameter "_source"/],
  ['Patient?identifier:of-type=a|b|c', /no modifier ":of-type"/],
  ['Observation?subject:identifier=x', /no modifier ":identifier"/],
  ['Location?near=1:2', /"near" is not supported/],
];

it.each(stu3)('STU3: %s', async (query, text) => {
  await expect(parse(query, searchContext('3.0.1'))).rejects.toThrow(text);
});
