import type { Random } from '../contract/random.ts';

/** A request, right or wrong. */
export interface FuzzRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const PATIENT = {
  resourceType: 'Patient',
  id: 'fuzz',
  meta: { tag: [{ system: 'urn:fuzz', code: 'x' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Fuzz</div>' },
  identifier: [
    {
      system: 'urn:fuzz',
      value: '1',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
    },
  ],
  active: true,
  name: [{ family: 'Fuzz', given: ['Anna', 'B.'], period: { start: '2001-02-03' } }],
  birthDate: '1970-12-24',
  deceasedDateTime: '2020-01-01T10:00:00+01:00',
  generalPractitioner: [{ reference: 'Practitioner/1' }],
};

const OBSERVATION = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8302-2', display: 'Height' }], text: 'Height' },
  subject: { reference: 'Patient/fuzz' },
  effectivePeriod: { start: '2020-01-01', end: '2020-02' },
  valueQuantity: { value: 1.5, unit: 'cm', system: 'http://unitsofmeasure.org', code: 'cm' },
  component: [{ code: { text: 'part' }, valueRange: { low: { value: 1 }, high: { value: 2e3 } } }],
};

const BUNDLE = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
      resource: PATIENT,
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:fuzz|1' },
    },
    {
      resource: { ...OBSERVATION, subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' } },
      request: { method: 'POST', url: 'Observation' },
    },
    { request: { method: 'GET', url: 'Patient?name=fuzz' } },
    { resource: { ...PATIENT, id: 'b' }, request: { method: 'PUT', url: 'Patient/b', ifMatch: 'W/"1"' } },
    { request: { method: 'DELETE', url: 'Patient/none' } },
  ],
};

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const NONE = Buffer.alloc(0);
const TYPE = { 'content-type': 'application/fhir+json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const request = (
  method: string,
  url: string,
  body: Buffer = NONE,
  headers: Record<string, string> = body.length > 0 ? TYPE : {},
): FuzzRequest => ({ method, url, headers, body });

/** Requests that are right, of every interaction. */
export const VALID: readonly FuzzRequest[] = [
  request('GET', '/metadata'),
  request('GET', '/Patient/fuzz'),
  request('HEAD', '/Patient/fuzz'),
  request('GET', '/Patient/fuzz/_history/1'),
  request('GET', '/Patient/fuzz/_history?_since=2020-01-01T00:00:00Z&_count=2'),
  request('GET', '/Patient/_history?_at=2024&_count=5'),
  request('GET', '/_history?_count=3'),
  request('PUT', '/Patient/fuzz', json(PATIENT)),
  request('PUT', '/Patient/fuzz', json(PATIENT), { ...TYPE, 'if-match': 'W/"1"' }),
  request('PUT', '/Patient?identifier=urn:fuzz|1', json({ ...PATIENT, id: undefined })),
  request('POST', '/Patient', json(PATIENT), {
    ...TYPE,
    'if-none-exist': 'identifier=urn:fuzz|1',
    prefer: 'return=OperationOutcome',
  }),
  request('POST', '/Observation', json(OBSERVATION), { ...TYPE, prefer: 'return=minimal' }),
  request('DELETE', '/Patient/none'),
  request('DELETE', '/Observation?code=nothing-has-this'),
  request('POST', '/', json(BUNDLE)),
  request('POST', '/', json({ ...BUNDLE, type: 'batch' })),
  request('POST', '/Patient/_search', Buffer.from('name=fuzz&_count=2'), FORM),
  request('POST', '/_search?_type=Patient', Buffer.from('_id=fuzz'), FORM),
  request('GET', '/Patient?name=fuzz&birthdate=ge1970&_sort=-birthdate,name&_count=1&_total=accurate'),
  request('GET', '/Patient?name:contains=u&gender:missing=true&_summary=true'),
  request('GET', '/Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|1&_elements=id,name'),
  request(
    'GET',
    '/Patient?_has:Observation:subject:code=8302-2&_revinclude=Observation:subject&_include=Patient:general-practitioner',
  ),
  request('GET', '/Observation?subject:Patient.name=fuzz&code=http://loinc.org|8302-2,|x,y|&date=2020-01'),
  request('GET', '/Observation?value-quantity=ap1.5|http://unitsofmeasure.org|cm&combo-value-quantity=lt2e3'),
  request('GET', '/Observation?code-value-quantity=8302-2$gt1,http://loinc.org|8302-2$1.5'),
  request('GET', '/Observation?_filter=code eq "8302-2" and (value-quantity gt 1 or not (status eq final))'),
  request('GET', '/Observation?code:in=http://hl7.org/fhir/ValueSet/observation-vitalsignresult&status:not=final'),
  request(
    'GET',
    '/Observation?_text=height&_content=part&_lastUpdated=gt2020&_include=*&_include:iterate=Patient:organization',
  ),
  request('GET', '/Patient/fuzz/Observation?date=2020'),
  request('GET', '/Patient/fuzz/*?_count=5'),
  request('GET', '/?_type=Patient,Observation&_tag=urn:fuzz|x'),
  request('GET', '/Patient?_format=json&_pretty=true', NONE, {
    accept: 'application/fhir+json;fhirVersion=4.0',
    prefer: 'handling=lenient',
  }),
  request('GET', '/Patient/fuzz', NONE, {
    'if-none-match': 'W/"1"',
    'if-modified-since': 'Mon, 23 Nov 2020 10:00:00 GMT',
  }),
  request('OPTIONS', '/Patient'),
  request('PATCH', '/Patient/fuzz', json([{ op: 'replace', path: '/active', value: false }]), {
    'content-type': 'application/json-patch+json',
  }),
];

/** Words that parsers trip over. */
const WORDS = [
  '',
  '_',
  '%',
  '%00',
  '%zz',
  '%E2%82',
  '%F0%9F%98%80',
  '\\',
  '\\,',
  '|',
  '||',
  '$',
  ',',
  ',,',
  ':',
  '::',
  '.',
  '..',
  '/',
  '//',
  '?',
  '&',
  '&&',
  '=',
  '==',
  '#',
  '+',
  '*',
  '(',
  ')',
  '"',
  "'",
  ' ',
  '\u0000',
  '\ufeff',
  'é',
  '😀',
  '\ud800',
  'null',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '9'.repeat(400),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'Patient',
  'Observation',
  'Resource',
  'DomainResource',
  '_history',
  '_search',
  '$everything',
  '_id',
  '_count=0',
  '_count=-1',
  '_count=99999999999',
  '_count=x',
  '_sort=-',
  '_sort=,',
  '_include=a:b:c:d',
  '_include:iterate=*',
  '_has:',
  '_has:a:b',
  '_cursor=x',
  '_filter=(((',
  '_elements=',
  '_summary=x',
  'ne',
  'ap',
  'sa',
  'T',
  '2020-13-45',
  '0000',
  '9999-12-31T23:59:60.999999999+99:99',
  '-1',
  'W/"x"',
  'W/"99999999999999999999"',
  '*/*',
  ';q=x',
  'urn:uuid:',
  'http://',
  "' OR 1=1 --",
  '../../etc/passwd',
  'A'.repeat(3_000),
];

/** JSON values where others are expected. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  'x',
  '\u0000',
  '\ud800',
  '😀',
  [],
  [[]],
  [null],
  {},
  { a: {} },
  { resourceType: 'Patient' },
  [{ reference: 'x' }],
  '2020-02-30',
  'urn:uuid:x',
  'a'.repeat(70),
  { __proto__x: 1 },
  { coding: 'x' },
  { value: 'x', code: 1 },
];

const HEADERS = [
  'accept',
  'content-type',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-none-exist',
  'prefer',
  'x-request-id',
  'x-http-method-override',
  'content-encoding',
  'authorization',
  'accept-charset',
];
const HEADER_VALUES = [
  '*',
  '*/*',
  'application/json',
  'application/fhir+xml',
  'text/html',
  'application/fhir+json; charset=latin1',
  'application/fhir+json;fhirVersion=9',
  ';;;',
  'W/"1"',
  '"1"',
  'W/"0"',
  'W/""',
  'return=x',
  'handling=strict',
  'return=minimal, handling=lenient',
  'Thu, 32 Foo 2020',
  '_id=fuzz',
  'identifier=',
  'a=b=c',
  'name=fuzz&name=',
  'gzip',
  'x'.repeat(5_000),
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY', 'get', ''];

function mutateText(random: Random, text: string): string {
  const at = random.int(0, text.length);
  const to = Math.min(text.length, at + random.int(0, 12));
  const word = random.chance(0.7)
    ? random.pick(WORDS)
    : String.fromCharCode(random.int(0, random.chance(0.8) ? 127 : 65_535));
  switch (random.int(0, 3)) {
    case 0:
      return text.slice(0, at) + word + text.slice(at);
    case 1:
      return text.slice(0, at) + word + text.slice(to);
    case 2:
      return text.slice(0, at) + text.slice(to);
    default:
      return text.slice(0, to) + text.slice(at, to) + text.slice(to);
  }
}

function mutateUrl(random: Random, url: string): string {
  if (random.chance(0.5)) return mutateText(random, url);
  const [path = '', query = ''] = url.split('?');
  const parts = query.split('&').filter((part) => part !== '');
  const other = random.pick(VALID).url.split('?')[1]?.split('&') ?? [];
  if (random.chance(0.5) && other.length > 0) parts.push(random.pick(other));
  else if (parts.length > 0) {
    const i = random.int(0, parts.length - 1);
    const [name = '', value = ''] = (parts[i] ?? '').split('=');
    const modifier = random.pick([
      '',
      ':exact',
      ':missing',
      ':not',
      ':above',
      ':below',
      ':in',
      ':text',
      ':contains',
      ':identifier',
      ':of-type',
      ':Patient',
      ':x',
      '.name',
      ':iterate',
      '[x]',
    ]);
    parts[i] = `${name}${modifier}=${random.chance(0.5) ? value : random.pick(WORDS)}`;
  }
  const segments = path.split('/');
  if (random.chance(0.3)) segments[random.int(0, segments.length - 1)] = random.pick(WORDS);
  return `${segments.join('/')}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
}

/** Puts an odd value somewhere into a JSON document, removes something or nests it deeply. */
function mutateJson(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return random.pick(VALUES);
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(VALUES)];
    const i = random.int(0, value.length - 1);
    return random.chance(0.1)
      ? [...value, ...value]
      : value.map((item, n) => (n === i ? mutateJson(random, item) : item));
  }
  const names = Object.keys(value);
  const name = names.length === 0 ? 'x' : random.pick(names);
  const copy: Record<string, unknown> = { ...value };
  const roll = random.next();
  if (roll < 0.1) delete copy[name];
  else if (roll < 0.2) copy[random.pick(WORDS)] = copy[name];
  else if (roll < 0.3) copy[`_${name}`] = random.pick(VALUES);
  else copy[name] = mutateJson(random, copy[name]);
  return copy;
}

function mutateBody(random: Random, body: Buffer): Buffer {
  if (body.length === 0) return random.chance(0.5) ? json(PATIENT) : body;
  const roll = random.next();
  if (roll < 0.6) {
    try {
      let value: unknown = JSON.parse(body.toString());
      for (let n = random.int(1, 3); n > 0; n--) value = mutateJson(random, value);
      return Buffer.from(JSON.stringify(value) ?? '');
    } catch {
      return Buffer.from(mutateText(random, body.toString()));
    }
  }
  if (roll < 0.8) return Buffer.from(mutateText(random, body.toString()));
  if (roll < 0.85) return body.subarray(0, random.int(0, body.length));
  if (roll < 0.9) return Buffer.from(`${'['.repeat(random.int(1, 3_000))}`);
  if (roll < 0.92) return Buffer.from(`${'{"a":'.repeat(random.int(1, 3_000))}1`);
  const bytes = Buffer.from(body);
  for (let n = random.int(1, 5); n > 0; n--) bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
  return bytes;
}

function mutateHeaders(random: Random, headers: FuzzRequest['headers']): FuzzRequest['headers'] {
  const name = random.pick(HEADERS);
  if (random.chance(0.2)) return Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
  const value = random.chance(0.8) ? random.pick(HEADER_VALUES) : mutateText(random, headers[name] ?? 'x');
  return { ...headers, [name]: value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '') };
}

/** A valid request with one to three things wrong with it, or nothing. */
export function fuzzRequest(random: Random): FuzzRequest {
  let { method, url, headers, body } = random.pick(VALID);
  for (let n = random.int(0, 3); n > 0; n--) {
    const roll = random.next();
    if (roll < 0.4) url = mutateUrl(random, url);
    else if (roll < 0.75) body = mutateBody(random, body);
    else if (roll < 0.95) headers = mutateHeaders(random, headers);
    else method = random.pick(METHODS);
  }
  return { method, url, headers, body };
}
