import {
  all,
  hasCode,
  type Item,
  isObject,
  periodSpan,
  plain,
  type Synthea,
  span,
  startsWith,
  texts,
} from './synthea-oracle.ts';

/** Fills in what a search's URL leaves open: `{patient}` and the like. */
export function fillIn(url: string, data: Synthea, ref: (item: Item) => string): string {
  const idOf = (item: Item) => ref(item).split('/')[1] ?? '';
  const [mr] = all(data.patient.resource, 'identifier').filter((identifier) => hasCode(identifier, 'type', 'MR'));
  const values: Readonly<Record<string, string>> = {
    patient: ref(data.patient),
    'patient-id': idOf(data.patient),
    practitioner: ref(data.practitioner),
    'five-ids': data.of('Patient').slice(0, 5).map(idOf).join(','),
    'synthea-id': texts(data.patient.resource, 'id').join(),
    mr: texts(mr, 'value').join(),
    npi: texts(data.practitioner.resource, 'identifier.value').join(),
  };
  return url.replace(/\{([a-z-]+)\}/g, (_, name: string) => values[name] ?? '');
}

/** A search, and the same question asked of the files. */
export interface SyntheaSearch {
  readonly url: string;
  /** The types it searches; default: the one that the URL begins with. */
  readonly types?: readonly string[];
  readonly where: (item: Item, data: Synthea) => boolean;
  readonly include?: (matches: readonly Item[], data: Synthea) => Item[];
  /** The values by which the answer is in order; missing: undefined. */
  readonly order?: readonly {
    readonly by: (item: Item) => string | number | undefined;
    readonly descending?: boolean;
  }[];
}

const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';
const UCUM = 'http://unitsofmeasure.org';
const SYNTHEA = 'https://github.com/synthetichealth/synthea';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

const NAME = ['name.family', 'name.given', 'name.prefix', 'name.suffix', 'name.text'];
const ADDRESS = [
  'address.line',
  'address.city',
  'address.district',
  'address.state',
  'address.postalCode',
  'address.country',
  'address.text',
];

const year = (from: number, to = from) => ({ low: Date.UTC(from, 0), high: Date.UTC(to + 1, 0) });
const birth = ({ resource }: Item) => span(String(resource.birthDate));
const effective = ({ resource }: Item) => span(String(resource.effectiveDateTime));
const inCode =
  (code: string, system?: string) =>
  ({ resource }: Item) =>
    hasCode(resource, 'code', code, system);
const quantityOf = ({ resource }: Item) => (isObject(resource.valueQuantity) ? resource.valueQuantity : undefined);
const value = (item: Item) => Number(quantityOf(item)?.value ?? Number.NaN);
const unit = (item: Item) => quantityOf(item)?.code;
const patientOf = (item: Item, data: Synthea) => data.follow(item, 'subject')[0];

/** Components of which one has the code and a value above a limit. */
const componentAbove =
  (code: string, limit: number) =>
  ({ resource }: Item) =>
    all(resource, 'component').some(
      (part) => hasCode(part, 'code', code) && all(part, 'valueQuantity.value').some((n) => Number(n) > limit),
    );

export const SYNTHEA_SEARCHES: readonly SyntheaSearch[] = [
  // token
  { url: 'Patient?gender=female', where: ({ resource }) => resource.gender === 'female' },
  { url: 'Patient?gender:not=female', where: ({ resource }) => resource.gender !== 'female' },
  { url: 'Patient?deceased=true', where: ({ resource }) => resource.deceasedDateTime !== undefined },
  { url: 'Patient?language=es', where: ({ resource }) => hasCode(resource, 'communication.language', 'es') },
  {
    url: 'Patient?phone=555-532-2849,555-699-1679',
    where: ({ resource }) =>
      texts(resource, 'telecom.value').some((text) => ['555-532-2849', '555-699-1679'].includes(text)),
  },
  {
    url: 'Patient?identifier=urn:oid:2.16.840.1.113883.4.3.25|',
    where: ({ resource }) => texts(resource, 'identifier.system').includes('urn:oid:2.16.840.1.113883.4.3.25'),
  },
  {
    url: `Patient?identifier=${SYNTHEA}|{synthea-id}`,
    where: (item, data) => item === data.patient,
  },
  {
    url: 'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|{mr}',
    where: (item, data) => item === data.patient,
  },
  { url: `Observation?code=${LOINC}|8302-2`, where: inCode('8302-2', LOINC) },
  {
    url: 'Observation?code=8302-2,29463-7,72514-3',
    where: (item) => ['8302-2', '29463-7', '72514-3'].some((code) => inCode(code)(item)),
  },
  {
    url: `Observation?category=${CATEGORY}|vital-signs&status=final`,
    where: ({ resource }) => resource.status === 'final' && hasCode(resource, 'category', 'vital-signs'),
  },
  {
    url: 'Observation?category=survey&code:not=72514-3',
    where: (item) => hasCode(item.resource, 'category', 'survey') && !inCode('72514-3')(item),
  },
  {
    url: `Observation?value-concept=${SNOMED}|260385009`,
    where: ({ resource }) => hasCode(resource, 'valueCodeableConcept', '260385009', SNOMED),
  },
  {
    url: 'Observation?component-code:missing=false',
    where: ({ resource }) => all(resource, 'component.code').length > 0,
  },
  {
    url: 'Observation?category=imaging,exam,procedure&value-quantity:missing=true',
    where: (item) =>
      ['imaging', 'exam', 'procedure'].some((code) => hasCode(item.resource, 'category', code)) &&
      quantityOf(item) === undefined,
  },
  {
    url: 'Condition?clinical-status=active&code:text=chronic',
    where: ({ resource }) =>
      hasCode(resource, 'clinicalStatus', 'active') &&
      startsWith(resource, ['code.text', 'code.coding.display'], 'chronic'),
  },
  {
    url: 'Encounter?class=EMER,IMP',
    where: ({ resource }) => ['EMER', 'IMP'].includes(String(all(resource, 'class.code')[0])),
  },
  {
    url: 'AllergyIntolerance?category=food&criticality=low',
    where: ({ resource }) => resource.criticality === 'low' && texts(resource, 'category').includes('food'),
  },
  {
    url: 'ImagingStudy?modality=DX&bodysite=51185008',
    where: ({ resource }) =>
      hasCode(resource, 'series.modality', 'DX') && hasCode(resource, 'series.bodySite', '51185008'),
  },
  {
    url: `Claim?use=claim&priority=normal&_count=1000`,
    where: ({ resource }) => resource.use === 'claim' && hasCode(resource, 'priority', 'normal'),
  },
  {
    url: 'PractitionerRole?specialty=http://nucc.org/provider-taxonomy|208D00000X',
    where: ({ resource }) => hasCode(resource, 'specialty', '208D00000X'),
  },
  { url: 'DocumentReference?status=current', where: ({ resource }) => resource.status === 'current' },

  // string
  { url: 'Patient?family=r', where: ({ resource }) => startsWith(resource, ['name.family'], 'r') },
  { url: 'Patient?family=guzman', where: ({ resource }) => startsWith(resource, ['name.family'], 'guzman') },
  {
    url: 'Patient?family:exact=Guzmán14',
    where: ({ resource }) => texts(resource, 'name.family').includes('Guzmán14'),
  },
  {
    url: 'Patient?name:contains=an',
    where: ({ resource }) => NAME.some((path) => texts(resource, path).some((text) => plain(text).includes('an'))),
  },
  { url: 'Patient?name=mr', where: ({ resource }) => startsWith(resource, NAME, 'mr') },
  {
    url: 'Patient?address-city=boston,worcester',
    where: ({ resource }) =>
      startsWith(resource, ['address.city'], 'boston') || startsWith(resource, ['address.city'], 'worcester'),
  },
  { url: 'Patient?address=newton', where: ({ resource }) => startsWith(resource, ADDRESS, 'newton') },
  {
    url: 'Organization?name=massachusetts',
    where: ({ resource }) => startsWith(resource, ['name', 'alias'], 'massachusetts'),
  },
  {
    url: 'Location?address-postalcode=021&address-state:exact=MA',
    where: ({ resource }) =>
      startsWith(resource, ['address.postalCode'], '021') && texts(resource, 'address.state').includes('MA'),
  },

  // date
  {
    url: 'Patient?birthdate=1958',
    where: (item) => birth(item).low >= year(1958).low && birth(item).high <= year(1958).high,
  },
  {
    url: 'Patient?birthdate=ge1960-01-01&birthdate=lt1980-07-01',
    where: (item) => birth(item).low >= Date.UTC(1960, 0) && birth(item).low < Date.UTC(1980, 6),
  },
  {
    url: 'Patient?birthdate=ne1958',
    where: (item) => !(birth(item).low >= year(1958).low && birth(item).high <= year(1958).high),
  },
  {
    url: 'Patient?death-date=gt2005',
    where: ({ resource }) => texts(resource, 'deceasedDateTime').some((text) => span(text).high > year(2005).high),
  },
  {
    url: 'Observation?code=8302-2&date=ge2015-06-01',
    where: (item) => inCode('8302-2')(item) && effective(item).low >= Date.UTC(2015, 5),
  },
  {
    url: 'Encounter?date=2019-03',
    where: ({ resource }) => within(periodSpan(resource.period), { low: Date.UTC(2019, 2), high: Date.UTC(2019, 3) }),
  },
  {
    url: 'Encounter?date=sa2020-12-31',
    where: ({ resource }) => (periodSpan(resource.period)?.low ?? 0) >= Date.UTC(2021, 0),
  },
  {
    url: 'CarePlan?date=eb2000',
    where: ({ resource }) => (periodSpan(resource.period)?.high ?? Infinity) <= Date.UTC(2000, 0),
  },
  {
    url: 'CarePlan?date=ge2021',
    where: ({ resource }) => (periodSpan(resource.period)?.high ?? 0) > Date.UTC(2021, 0),
  },
  {
    url: 'Condition?onset-date=le1970&abatement-date:missing=true',
    where: ({ resource }) =>
      texts(resource, 'onsetDateTime').some((text) => span(text).low < year(1970).high) &&
      resource.abatementDateTime === undefined,
  },
  {
    url: 'Immunization?vaccine-code=140&date=2018-01-01,ge2021-01-01',
    where: ({ resource }) =>
      hasCode(resource, 'vaccineCode', '140') &&
      texts(resource, 'occurrenceDateTime').some(
        (text) =>
          span(text).low >= Date.UTC(2021, 0) ||
          within(span(text), { low: Date.UTC(2018, 0, 1), high: Date.UTC(2018, 0, 2) }),
      ),
  },

  // quantity
  {
    url: `Observation?code=8302-2&value-quantity=gt175|${UCUM}|cm`,
    where: (item) => inCode('8302-2')(item) && unit(item) === 'cm' && value(item) > 175,
  },
  {
    url: `Observation?code=8302-2&value-quantity=gt1.75|${UCUM}|m`,
    where: (item) => inCode('8302-2')(item) && value(item) > 175,
  },
  {
    url: `Observation?code=29463-7&value-quantity=80|${UCUM}|kg`,
    where: (item) => inCode('29463-7')(item) && value(item) >= 79.5 && value(item) < 80.5,
  },
  {
    url: 'Observation?value-quantity=lt5.4||mmol/L&code=2823-3,6298-4',
    where: (item) => (inCode('2823-3')(item) || inCode('6298-4')(item)) && unit(item) === 'mmol/L' && value(item) < 5.4,
  },

  // number; the files have none: the test adds risk assessments
  {
    url: 'RiskAssessment?probability=gt0.8',
    where: ({ resource }) => all(resource, 'prediction.probabilityDecimal').some((n) => Number(n) > 0.8),
  },
  {
    url: 'RiskAssessment?probability=0.5',
    where: ({ resource }) =>
      all(resource, 'prediction.probabilityDecimal').some((n) => Number(n) >= 0.45 && Number(n) < 0.55),
  },

  // uri
  {
    url: 'Patient?_profile=http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient',
    where: ({ resource }) =>
      texts(resource, 'meta.profile').includes('http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'),
  },
  {
    url: 'Device?_profile:below=http://hl7.org/fhir/us/core',
    where: ({ resource }) =>
      texts(resource, 'meta.profile').some((text) => text.startsWith('http://hl7.org/fhir/us/core')),
  },

  // composite
  {
    url: `Observation?code-value-quantity=${LOINC}|8302-2$gt175`,
    where: (item) => inCode('8302-2')(item) && value(item) > 175,
  },
  { url: `Observation?component-code-value-quantity=${LOINC}|8480-6$gt150`, where: componentAbove('8480-6', 150) },
  {
    url: 'Observation?component-code-value-quantity=8480-6$gt150,8462-4$gt110',
    where: (item) => componentAbove('8480-6', 150)(item) || componentAbove('8462-4', 110)(item),
  },
  {
    url: `Observation?code-value-concept=${LOINC}|72166-2$${SNOMED}|8517006`,
    where: (item) => inCode('72166-2')(item) && hasCode(item.resource, 'valueCodeableConcept', '8517006'),
  },

  // reference
  {
    url: `Observation?subject={patient}&_count=200`,
    where: (item, data) => patientOf(item, data) === data.patient,
  },
  {
    url: `Condition?patient={patient-id}`,
    where: (item, data) => patientOf(item, data) === data.patient,
  },
  {
    url: `Procedure?subject:Patient={patient-id}`,
    where: (item, data) => patientOf(item, data) === data.patient,
  },
  {
    url: `Encounter?participant={practitioner}`,
    where: (item, data) => data.follow(item, 'participant.individual').includes(data.practitioner),
  },
  {
    url: `Provenance?target={patient}`,
    where: (item, data) => data.follow(item, 'target').includes(data.patient),
  },
  {
    url: 'PractitionerRole?practitioner:identifier=http://hl7.org/fhir/sid/us-npi|{npi}',
    where: ({ resource }, data) =>
      texts(resource, 'practitioner.identifier.value').includes(
        texts(data.practitioner.resource, 'identifier.value').join(),
      ),
  },

  // chains
  {
    url: 'Observation?code=8302-2&patient.gender=male',
    where: (item, data) => inCode('8302-2')(item) && patientOf(item, data)?.resource.gender === 'male',
  },
  {
    url: 'Condition?subject:Patient.birthdate=lt1940&subject:Patient.gender=female',
    where: (item, data) => {
      const patient = patientOf(item, data);
      return patient !== undefined && birth(patient).low < Date.UTC(1940, 0) && patient.resource.gender === 'female';
    },
  },
  {
    url: 'Procedure?encounter.service-provider.name=mount',
    where: (item, data) =>
      data
        .follow(item, 'encounter')
        .flatMap((encounter) => data.follow(encounter, 'serviceProvider'))
        .some(({ resource }) => startsWith(resource, ['name', 'alias'], 'mount')),
  },
  {
    url: 'Encounter?location.address-city=newton',
    where: (item, data) =>
      data.follow(item, 'location.location').some(({ resource }) => startsWith(resource, ['address.city'], 'newton')),
  },
  {
    url: 'DiagnosticReport?result.code=2339-0&subject:Patient.family=b&_count=500',
    where: (item, data) =>
      data.follow(item, 'result').some(inCode('2339-0')) &&
      startsWith(patientOf(item, data)?.resource ?? null, ['name.family'], 'b'),
  },
  {
    url: 'Procedure?reason-reference:Condition.code=195662009',
    where: (item, data) =>
      data.follow(item, 'reasonReference').some((target) => target.type === 'Condition' && inCode('195662009')(target)),
  },
  {
    url: `MedicationRequest?medication.code=${RXNORM}|854235`,
    where: (item, data) => data.follow(item, 'medicationReference').some(inCode('854235')),
  },
  {
    url: 'Observation?code=8480-6,85354-9&encounter.class=EMER',
    where: (item, data) =>
      (inCode('85354-9')(item) || inCode('8480-6')(item)) &&
      data.follow(item, 'encounter').some(({ resource }) => all(resource, 'class.code')[0] === 'EMER'),
  },

  // _has
  {
    url: 'Patient?_has:Condition:patient:code=195662009',
    where: (item, data) => data.referrers(item, 'Condition', 'subject').some(inCode('195662009')),
  },
  {
    url: 'Patient?_has:AllergyIntolerance:patient:category=food&gender=male',
    where: (item, data) =>
      item.resource.gender === 'male' &&
      data
        .referrers(item, 'AllergyIntolerance', 'patient')
        .some(({ resource }) => texts(resource, 'category').includes('food')),
  },
  {
    url: 'Patient?_has:Observation:patient:_has:DiagnosticReport:result:code=57698-3',
    where: (item, data) =>
      data
        .referrers(item, 'Observation', 'subject')
        .some((observation) => data.referrers(observation, 'DiagnosticReport', 'result').some(inCode('57698-3'))),
  },
  {
    url: 'Encounter?_has:Procedure:encounter:code=430193006&class=AMB',
    where: (item, data) =>
      all(item.resource, 'class.code')[0] === 'AMB' &&
      data.referrers(item, 'Procedure', 'encounter').some(inCode('430193006')),
  },
  {
    url: 'Practitioner?_has:Encounter:practitioner:class=IMP',
    where: (item, data) =>
      data
        .referrers(item, 'Encounter', 'participant.individual')
        .some(({ resource }) => all(resource, 'class.code')[0] === 'IMP'),
  },

  // includes
  {
    url: 'MedicationRequest?status=active&_include=MedicationRequest:patient&_include=MedicationRequest:requester:Practitioner&_include=MedicationRequest:medication&_count=50',
    where: ({ resource }) => resource.status === 'active',
    include: (matches, data) =>
      matches.flatMap((item) => [
        ...data.follow(item, 'subject'),
        ...data.follow(item, 'requester'),
        ...data.follow(item, 'medicationReference'),
      ]),
  },
  {
    url: 'DiagnosticReport?code=57698-3&_include=DiagnosticReport:result&_count=20',
    where: inCode('57698-3'),
    include: (matches, data) => matches.flatMap((item) => data.follow(item, 'result')),
  },
  {
    url: 'Patient?family=r&_revinclude=Condition:patient&_revinclude=Encounter:subject',
    where: ({ resource }) => startsWith(resource, ['name.family'], 'r'),
    include: (matches, data) =>
      matches.flatMap((item) => [
        ...data.referrers(item, 'Condition', 'subject'),
        ...data.referrers(item, 'Encounter', 'subject'),
      ]),
  },
  {
    url: 'Procedure?code=73761001&_include=Procedure:encounter&_include:iterate=Encounter:location&_include:iterate=Encounter:service-provider',
    where: inCode('73761001'),
    include: (matches, data) =>
      matches
        .flatMap((item) => data.follow(item, 'encounter'))
        .flatMap((encounter) => [
          encounter,
          ...data.follow(encounter, 'location.location'),
          ...data.follow(encounter, 'serviceProvider'),
        ]),
  },
  {
    url: 'ImagingStudy?_include=*',
    where: () => true,
    include: (matches, data) =>
      matches.flatMap((item) => [...data.follow(item, 'subject'), ...data.follow(item, 'encounter')]),
  },

  // sorts
  { url: 'Patient?_sort=birthdate&_count=7', where: () => true, order: [{ by: (item) => birth(item).low }] },
  { url: 'Patient?_sort=-birthdate', where: () => true, order: [{ by: (item) => birth(item).low, descending: true }] },
  {
    url: 'Patient?_sort=gender,-birthdate&_count=11',
    where: () => true,
    order: [{ by: ({ resource }) => String(resource.gender) }, { by: (item) => birth(item).low, descending: true }],
  },
  {
    url: 'Patient?_sort=family&_count=9',
    where: () => true,
    order: [{ by: ({ resource }) => texts(resource, 'name.family').map(plain).sort()[0] }],
  },
  {
    url: 'Patient?_sort=-death-date&_count=13',
    where: () => true,
    order: [
      { by: ({ resource }) => texts(resource, 'deceasedDateTime').map((text) => span(text).low)[0], descending: true },
    ],
  },
  {
    url: 'Observation?code=29463-7&_sort=-date&_count=100',
    where: inCode('29463-7'),
    order: [{ by: (item) => effective(item).low, descending: true }],
  },
  { url: 'Observation?code=29463-7&_sort=value-quantity&_count=150', where: inCode('29463-7'), order: [{ by: value }] },
  {
    url: 'Observation?category=laboratory&date=ge2020&_sort=code,-date&_count=333',
    where: (item) => hasCode(item.resource, 'category', 'laboratory') && effective(item).high > Date.UTC(2020, 0),
    order: [
      { by: ({ resource }) => texts(resource, 'code.coding.code').sort()[0] },
      { by: (item) => effective(item).low, descending: true },
    ],
  },

  // text, filter, ids, compartments, several types
  {
    url: 'CarePlan?_text=antenatal&_count=30',
    where: ({ resource }) => /\bantenatal\b/i.test(texts(resource, 'text.div').join()),
  },
  {
    url: `Patient?_filter=gender eq female and (birthdate lt 1950 or family sw "r")`,
    where: (item) =>
      item.resource.gender === 'female' &&
      (birth(item).low < Date.UTC(1950, 0) || startsWith(item.resource, ['name.family'], 'r')),
  },
  {
    url: 'Patient?_id={five-ids},none',
    where: (item, data) => data.of('Patient').slice(0, 5).includes(item),
  },
  {
    url: `{patient}/Observation?code=8302-2,29463-7`,
    types: ['Observation'],
    where: (item, data) =>
      patientOf(item, data) === data.patient && (inCode('8302-2')(item) || inCode('29463-7')(item)),
  },
  {
    url: `{patient}/Encounter`,
    types: ['Encounter'],
    where: (item, data) => patientOf(item, data) === data.patient,
  },
  {
    url: '?_type=Patient,Practitioner,Organization&_count=100',
    types: ['Patient', 'Practitioner', 'Organization'],
    where: () => true,
  },
  { url: 'Observation?_count=1000', where: () => true },
];

function within(inner: { low: number; high: number } | undefined, outer: { low: number; high: number }): boolean {
  return inner !== undefined && inner.low >= outer.low && inner.high <= outer.high;
}
