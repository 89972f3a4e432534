import { afterAll, describe, expect, it } from 'vitest';
import { HIDDEN, HIDDEN_OTHERWISE, SHOWN } from './authorization-hidden-records.ts';
import { type Answered, type Asked, bundle, openWorld, type World } from './authorization-world.ts';

/**
 * Attempts to learn of what one may not see. Each is made on servers that differ in that alone; the answers must not. That someone who may see
 * everything does get different ones shows that the attempt would have told something.
 */
const WORLDS = { there: [...SHOWN, ...HIDDEN], otherwise: [...SHOWN, ...HIDDEN_OTHERWISE], absent: SHOWN };

const open: World[] = [];
afterAll(async () => {
  for (const world of open) {
    expect(world.errors).toEqual([]);
    await world.close();
  }
});

async function openWorlds(): Promise<readonly World[]> {
  const worlds = await Promise.all(Object.values(WORLDS).map(openWorld));
  open.push(...worlds);
  return worlds;
}

const shared = openWorlds();

/** Cursors are opaque, and about places in the store; a Bundle has an id of its own. */
function comparable({ status, headers, text }: Answered): unknown {
  const { 'content-length': _, ...rest } = headers;
  return {
    status,
    headers: rest,
    text: text.replaceAll(/_cursor=[\w-]+/g, '_cursor=').replaceAll(/"id":"[\da-f-]{36}"/g, ''),
  };
}

async function answers(worlds: readonly World[], roles: readonly string[], asked: Asked): Promise<Answered[]> {
  return Promise.all(worlds.map((world) => world.ask(roles, asked)));
}

async function expectHidden(roles: readonly string[], status: number, asked: Asked): Promise<void> {
  const writes = !/^(GET|HEAD) |_search/.test(asked.line);
  const worlds = writes ? await openWorlds() : await shared;
  const [first, ...others] = await answers(worlds, roles, asked);
  expect([first?.status, first?.text]).toEqual([status, expect.anything()]);
  for (const other of others) expect(first && comparable(other)).toEqual(first && comparable(first));
  const seen = await answers(writes ? await openWorlds() : worlds, ['practitioner'], asked);
  expect(new Set(seen.map((answer) => JSON.stringify(comparable(answer)))).size).toBeGreaterThan(1);
}

const get = (url: string, headers?: Asked['headers']): Asked => ({ line: `GET ${url}`, headers });
const form = (url: string, body: string): Asked => ({
  line: `POST ${url}`,
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

describe('a named type that may not be read is refused, whether there is something or not', () => {
  it.each([
    ['read', get('/Patient/p1')],
    ['HEAD', { line: 'HEAD /Patient/p1' }],
    ['a conditional read', get('/Patient/p1', { 'if-none-match': 'W/"1"' })],
    ['vread', get('/Patient/p1/_history/1')],
    ['history', get('/Patient/p1/_history')],
    ['history of the type', get('/Patient/_history')],
    ['search', get('/Patient?_id=p1')],
    ['count', get('/Patient?_summary=count')],
    ['search by POST', form('/Patient/_search', 'family=Hidden')],
    ['a type of a compartment', get('/Patient/p1/Observation')],
    ['a type of a compartment by POST', form('/Patient/p1/Observation/_search', '')],
    ['_type', get('/?_type=Patient')],
    ['_type among others', get('/?_type=Claim,Patient&_total=accurate')],
    ['_type in a form', form('/_search', '_type=Patient')],
    ['a chain', get('/Claim?patient.family=Hidden')],
    ['a chain in a form', form('/Claim/_search', 'patient.family=Hidden')],
    ['a chain with its type', get('/Claim?patient:Patient.family=Hidden')],
    ['a chain of chains', get('/Claim?patient.general-practitioner:Practitioner.family=Quiet')],
    ['a chain that begins at what may be read', get('/ExplanationOfBenefit?claim:Claim.patient.family=Hidden')],
    ['a chain to ids', get('/Claim?patient._id=p1')],
    ['a chain to times', get('/Claim?patient._lastUpdated=ge2000')],
    ['a chain to narratives', get('/Claim?patient._text=Hidden')],
    ['a chain to what lacks something', get('/Claim?patient.birthdate:missing=true')],
    ['a chain within a compartment', get('/Practitioner/d1/Claim?patient.family=Hidden')],
    ['_has', get('/Claim?_has:Task:focus:status=requested')],
    ['_has of any', get('/Claim?_has:Provenance:target:_id=pr1')],
    ['_has after a chain', get('/ExplanationOfBenefit?claim:Claim._has:Task:focus:status=requested')],
    ['a chain after _has', get('/Claim?_has:ExplanationOfBenefit:claim:patient.family=Hidden')],
    ['_filter over a chain', get('/Claim?_filter=patient.family eq "Hidden"')],
    ['_filter that denies a chain', get('/Claim?_filter=not (patient.family eq "Hidden")')],
    ['_filter over _has', get('/Claim?_filter=_has:Task:focus:status eq requested')],
    ['_filter over a List', get('/Claim?_filter=_list eq l1')],
    ['_list', get('/Claim?_list=l1')],
    ['_list across types', get('/?_list=l1')],
    ['_include of a type', get('/Claim?_include=Claim:patient:Patient')],
    ['_include that goes on from it', get('/Claim?_include=Claim:patient&_include:iterate=Patient:organization')],
    ['_revinclude', get('/Claim?_revinclude=Task:focus')],
    ['_revinclude of all of a type', get('/Claim?_revinclude=Provenance:*')],
    ['_revinclude that goes on', get('/Claim?_include=Claim:patient&_revinclude:iterate=Observation:subject')],
  ] satisfies [string, Asked][])('%s', async (_, asked) => {
    await expectHidden(['non-practitioner'], 403, asked);
  });

  it('under lenient handling too', async () => {
    const asked = get('/Claim?patient.family=Hidden&nonsense=1', { prefer: 'handling=lenient' });
    await expectHidden(['non-practitioner'], 403, asked);
  });
});

describe('what no one named is left out, without a trace', () => {
  it.each([
    ['_include', get('/Claim?_include=Claim:patient')],
    ['_include of a reference to several types', get('/Claim?_include=Claim:provider')],
    ['_include of all of a type', get('/Claim?_include=Claim:*')],
    ['_include of all', get('/Claim?_include=*')],
    ['_include that goes on', get('/ExplanationOfBenefit?_include=*&_include:iterate=*')],
    ['_revinclude of all', get('/Claim?_revinclude=*')],
    ['_revinclude that goes on', get('/Claim?_include=*&_revinclude:iterate=*')],
    ['a search of the server', get('/?_lastUpdated=ge2000')],
    ['in a form', form('/_search', '_lastUpdated=ge2000')],
    ['by an id', get('/?_id=p1')],
    ['by several ids', get('/?_id=p1,c1,d1')],
    ['by words', get('/?_content=Silence')],
    ['its number', get('/?_summary=count')],
    ['its accurate total', get('/?_total=accurate&_count=2')],
    ['its estimated total', get('/?_total=estimate&_count=2')],
    ['with all that hangs on it', get('/?_include=*&_revinclude=*&_include:iterate=*')],
    ['a compartment', get('/Patient/p1/*')],
    ['its number in a compartment', get('/Patient/p1/*?_summary=count')],
    ['a compartment by POST', form('/Patient/p1/_search', '')],
    ['a compartment with what it refers to', get('/Patient/p1/*?_include=*&_revinclude=*')],
    ['history of the server', get('/_history')],
    ['history since', get('/_history?_since=2000-01-01T00:00:00Z&_count=3')],
    ['history at a time', get('/_history?_at=2026')],
  ] satisfies [string, Asked][])('%s', async (_, asked) => {
    await expectHidden(['non-practitioner'], 200, asked);
  });

  it('of a chain to several types, those that may be read hold alone', async () => {
    // Payors are organizations, which are hidden, and patients, which are not.
    await expectHidden(['non-practitioner', 'Patient readers'], 403, get('/Coverage?payor.identifier=secret'));
    const [world] = await shared;
    const asked = get('/Coverage?payor.identifier=secret&_summary=count');
    const count = async (roles: string[]) => JSON.parse((await world?.ask(roles, asked))?.text ?? '').total;
    expect(await count(['practitioner'])).toBe(1);
    expect(await count(['non-practitioner', 'auditor'])).toBe(0);
  });

  it('and what refers to it is found by the reference, as ever', async () => {
    for (const world of await shared) {
      const { status, text } = await world.ask(['non-practitioner'], get('/Patient/p1/Claim?patient=p1'));
      expect([status, JSON.parse(text).entry?.length]).toEqual([200, 1]);
    }
  });
});

describe('stored value sets', () => {
  it.each([
    ['by URL', get('/Claim?priority:in=http://x/urgencies')],
    ['by reference', get('/Claim?priority:in=ValueSet/vs1')],
    ['denied', get('/Claim?priority:not-in=ValueSet/vs1')],
    ['in _filter', get('/Claim?_filter=priority in "http://x/urgencies"')],
    ['at the end of a chain', get('/ExplanationOfBenefit?claim:Claim.priority:in=ValueSet/vs1')],
  ] satisfies [string, Asked][])('that may not be read are as if not there: %s', async (_, asked) => {
    await expectHidden(['non-practitioner'], 400, asked);
  });
});

describe('what is written does not tell either', () => {
  const claim = (more: object = {}) => ({ resourceType: 'Claim', status: 'draft', ...more });
  const byCondition = claim({ patient: { reference: 'Patient?identifier=secret' } });
  const post = (body: object, headers?: Asked['headers']): Asked => ({ line: 'POST /', body, headers });

  it.each([
    ['a reference by condition', post(bundle('transaction', ['POST Claim', byCondition]))],
    ['one in an update', post(bundle('transaction', ['PUT Claim/c1', { ...byCondition, id: 'c1' }]))],
    [
      'one that is chained',
      post(
        bundle('transaction', [
          'POST Claim',
          claim({ related: [{ claim: { reference: 'Claim?patient.family=Hidden' } }] }),
        ]),
      ),
    ],
    ['If-None-Exist', { line: 'POST /Claim', body: claim(), headers: { 'if-none-exist': 'patient.family=Hidden' } }],
    [
      'ifNoneExist',
      post(bundle('transaction', ['POST Claim', claim(), { ifNoneExist: '_has:Task:focus:status=requested' }])),
    ],
    ['a conditional update', { line: 'PUT /Claim?patient.family=Hidden', body: claim() }],
    ['a conditional update in a transaction', post(bundle('transaction', ['PUT Claim?_list=l1', claim()]))],
    ['a conditional delete', { line: 'DELETE /Claim?patient.family=Hidden' }],
    ['a conditional delete in a transaction', post(bundle('transaction', ['DELETE Claim?patient.family=Hidden']))],
    ['a read in a transaction', post(bundle('transaction', ['GET Patient/p1']))],
    [
      'a read beside a write',
      post(bundle('transaction', ['POST Claim', claim()], ['GET Claim?patient.family=Hidden'])),
    ],
    ['an update', { line: 'PUT /Patient/p1', body: { resourceType: 'Patient', id: 'p1' } }],
    [
      'an update that must find it',
      { line: 'PUT /Patient/p1', body: { resourceType: 'Patient', id: 'p1' }, headers: { 'if-match': 'W/"1"' } },
    ],
    [
      'a create that must not',
      { line: 'POST /Patient', body: { resourceType: 'Patient' }, headers: { 'if-none-exist': 'identifier=secret' } },
    ],
    ['a delete', { line: 'DELETE /Patient/p1', headers: { prefer: 'return=OperationOutcome' } }],
  ] satisfies [string, Asked][])('%s', async (_, asked) => {
    await expectHidden(['biller'], 403, asked);
  });

  it('each entry of a batch is refused by itself', async () => {
    const entries = bundle(
      'batch',
      ['GET Patient/p1'],
      ['GET Claim?patient.family=Hidden'],
      ['GET ?_id=p1'],
      ['POST Patient', { resourceType: 'Patient' }, { ifNoneExist: 'identifier=secret' }],
      ['DELETE Task?focus=Claim/c1'],
      ['GET Claim/c1'],
    );
    await expectHidden(['biller'], 200, post(entries));
    const [world] = await openWorlds();
    const { text } = (await world?.ask(['biller'], post(entries))) ?? { text: '' };
    const statuses = JSON.parse(text).entry.map(({ response }: { response: { status: string } }) => response.status);
    expect(statuses.map((status: string) => status.slice(0, 3))).toEqual(['403', '403', '200', '403', '403', '200']);
  });

  it.each([
    [
      'If-None-Exist',
      { line: 'POST /Patient', body: { resourceType: 'Patient' }, headers: { 'if-none-exist': 'identifier=secret' } },
    ],
    ['a conditional update', { line: 'PUT /Patient?identifier=secret', body: { resourceType: 'Patient' } }],
    [
      'a conditional delete',
      { line: 'DELETE /Patient?identifier=secret', headers: { prefer: 'return=OperationOutcome' } },
    ],
    ['a reference by condition', post(bundle('transaction', ['POST Claim', byCondition]))],
    [
      'a conditional update in a transaction',
      post(bundle('transaction', ['PUT Patient?identifier=secret', { resourceType: 'Patient' }])),
    ],
    [
      'ifNoneExist with the resource as answer',
      post(bundle('transaction', ['POST Patient', { resourceType: 'Patient' }, { ifNoneExist: 'identifier=secret' }]), {
        prefer: 'return=representation',
      }),
    ],
  ] satisfies [string, Asked][])('who may write and not search has no conditions: %s', async (_, asked) => {
    await expectHidden(['feeder'], 403, asked);
  });
});

describe('read and search-type each alone', () => {
  it.each([
    ['courier', get('/Patient?family=Hidden'), 403],
    ['courier', get('/?_id=p1'), 403],
    ['courier', get('/Patient/p1/*'), 403],
    ['courier', get('/_history'), 403],
    ['finder', get('/Patient/p1'), 403],
    ['finder', get('/Patient?family=Hidden'), 403],
    ['finder', get('/?_id=p1'), 403],
    ['finder', get('/Patient/p1/*'), 403],
    ['finder', { line: 'POST /', body: bundle('batch', ['GET Patient?family=Hidden'], ['GET Patient/p1']) }, 200],
  ] satisfies [string, Asked, number][])('%s: %j is %i', async (role, asked, status) => {
    await expectHidden([role], status, asked);
  });
});

describe('pages', () => {
  it('of another caller’s cursor show and count no more than one’s own', async () => {
    const [world] = await shared;
    if (world === undefined) throw new Error('No world.');
    let url: string | undefined = '/?_count=2&_total=accurate';
    let pages = 0;
    while (url !== undefined) {
      const theirs = JSON.parse((await world.ask(['practitioner'], get(url))).text);
      const mine = JSON.parse((await world.ask(['auditor'], get(url))).text);
      expect(mine.total).toBe(1);
      for (const { resource } of mine.entry ?? []) expect(resource.resourceType).toBe('Patient');
      const next = theirs.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
      url = next?.slice('http://fhir.example.org'.length);
      pages++;
    }
    expect(pages).toBeGreaterThan(5);
  });

  it('of a history likewise', async () => {
    const [world] = await shared;
    if (world === undefined) throw new Error('No world.');
    const theirs = JSON.parse((await world.ask(['practitioner'], get('/_history?_count=2'))).text);
    const next = theirs.link.find(({ relation }: { relation: string }) => relation === 'next').url;
    const url = next.slice('http://fhir.example.org'.length).replace('_count=2', '_count=100');
    const mine = JSON.parse((await world.ask(['auditor'], get(url))).text);
    expect(mine.entry.map(({ resource }: { resource: { resourceType: string } }) => resource.resourceType)).toEqual([
      'Patient',
    ]);
  });
});
