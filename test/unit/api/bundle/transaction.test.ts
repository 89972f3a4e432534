import { describe, expect, it } from 'vitest';
import { handleBundle } from '../../../../src/api/bundle/handle-bundle.ts';
import type { Conflict } from '../../../../src/storage/store.ts';
import { BASE, issueOf, type Json, openApi, patient } from '../api-fixture.ts';

const api = openApi({ bundles: handleBundle });

interface TestEntry {
  readonly fullUrl?: string;
  readonly resource?: unknown;
  readonly request?: unknown;
}

function transaction(...entry: readonly TestEntry[]): object {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function entry(line: string, resource?: unknown, more: object = {}, fullUrl?: string): TestEntry {
  const [method, url] = line.split(' ');
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource, request: { method, url, ...more } };
}

const URN = 'urn:uuid:0aa1a2a3-0000-4000-8000-000000000001';

/** Sends a transaction and gives the response entries. */
async function done(...entries: readonly TestEntry[]): Promise<Json[]> {
  const answer = await api.send('POST /', transaction(...entries));
  expect(answer.text).toContain('transaction-response');
  return answer.json().entry;
}

/** The resource that a response entry tells of. */
async function stored({ response }: Json): Promise<Json> {
  return (await api.send(`GET ${response.location.slice(BASE.length)}`)).json();
}

describe('a transaction', () => {
  it('answers each entry, in the order of the request', async () => {
    const [created, updated, read] = await done(
      entry('POST Patient', patient()),
      entry('PUT Patient/in-order', patient({ id: 'in-order' })),
      entry('GET Patient/in-order'),
    );
    expect(created.response).toMatchObject({ status: '201 Created', etag: 'W/"1"' });
    expect(updated.response.location).toBe(`${BASE}/Patient/in-order/_history/1`);
    expect(read.resource.id).toBe('in-order');
    expect(created.resource).toBeUndefined();
  });

  it('writes nothing when an entry fails, and says which', async () => {
    const answer = await api.send(
      'POST /',
      transaction(
        entry('PUT Patient/atomic', patient({ id: 'atomic' })),
        entry('PUT Patient/b', patient({ id: 'other' })),
      ),
    );
    expect(answer.status).toBe(400);
    expect(issueOf(answer).expression).toBe('Bundle.entry[1].resource.id');
    expect((await api.send('GET /Patient/atomic')).status).toBe(404);
  });

  it('deletes first, then creates, then updates', async () => {
    await api.send('PUT /Patient/gone', patient({ id: 'gone', identifier: [{ value: 'same' }] }));
    const [created, deleted] = await done(
      entry('POST Patient', patient({ identifier: [{ value: 'new' }] })),
      entry('DELETE Patient/gone'),
    );
    expect(created.response.status).toBe('201 Created');
    expect(deleted.response.status).toBe('204 No Content');
    expect((await api.send('GET /Patient/gone')).status).toBe(410);
  });

  it('gives the resources back when that is preferred', async () => {
    const answer = await api.send('POST /', transaction(entry('POST Patient', patient({ active: true }))), {
      prefer: 'return=representation',
    });
    expect(answer.json().entry[0].resource.active).toBe(true);
  });

  it('keeps the digits of numbers', async () => {
    const observation = '{"resourceType":"Observation","valueQuantity":{"value":1.50}}';
    const body = JSON.stringify(transaction(entry('PUT Observation/digits', {}))).replace(
      '{}',
      observation.replace('{', '{"id":"digits",'),
    );
    expect((await api.send('POST /', body)).status).toBe(200);
    expect((await api.send('GET /Observation/digits')).text).toContain('"value":1.50');
  });

  it('starts again when others came between, with references right', async () => {
    let conflicts = 2;
    const raced = openApi({
      bundles: handleBundle,
      wrapStore: (store) => ({
        ...store,
        commit: async (changes, guards): Promise<Conflict | undefined> =>
          conflicts-- > 0 ? { kind: 'version', type: 'Patient', id: 'x', actual: 1 } : store.commit(changes, guards),
      }),
    });
    const answer = await raced.send(
      'POST /',
      transaction(
        entry('POST Patient', patient(), { ifNoneExist: 'identifier=raced' }, URN),
        entry('POST Observation', { resourceType: 'Observation', subject: { reference: URN } }),
      ),
    );
    const [first, second] = answer.json().entry;
    const observation = (await raced.send(`GET ${second.response.location.slice(BASE.length)}`)).json();
    expect(`${BASE}/${observation.subject.reference}`).toBe(first.response.location.replace('/_history/1', ''));
  });

  it('makes one resource of many with the same condition at once', async () => {
    const create = transaction(
      entry('POST Patient', patient({ identifier: [{ value: 'once' }] }), { ifNoneExist: 'identifier=once' }),
    );
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.send('POST /', create)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect((await api.send('GET /Patient?identifier=once&_total=accurate')).json().total).toBe(1);
  });
});

describe('references', () => {
  it('lead to what the entries become: in references, URIs, attachments and narratives, not in canonicals', async () => {
    const [target, holder] = await done(
      entry('POST Patient', patient(), {}, URN),
      entry('POST DocumentReference', {
        resourceType: 'DocumentReference',
        masterIdentifier: { system: 'urn:ietf:rfc:3986', value: URN },
        subject: { reference: URN },
        text: { status: 'generated', div: `<div><a href="${URN}">p</a><img src='${URN}#i'/> ${URN}</div>` },
        content: [{ attachment: { url: URN } }],
        extension: [{ url: 'http://x', valueUri: `${URN}#part` }],
        meta: { profile: [URN] },
      }),
    );
    const id = target.response.location.split('/').at(-3);
    const document = await stored(holder);
    expect(document.subject.reference).toBe(`Patient/${id}`);
    expect(document.content[0].attachment.url).toBe(`Patient/${id}`);
    expect(document.extension[0].valueUri).toBe(`Patient/${id}#part`);
    expect(document.meta.profile).toEqual([URN]);
    expect(document.text.div).toBe(`<div><a href="Patient/${id}">p</a><img src='Patient/${id}#i'/> ${URN}</div>`);
    expect(document.masterIdentifier.value).toBe(URN);
  });

  it('of another server are followed through their full URLs', async () => {
    const [target, holder] = await done(
      entry('POST Patient', patient(), {}, 'https://elsewhere.org/fhir/Patient/7'),
      entry(
        'POST Observation',
        { resourceType: 'Observation', subject: { reference: 'Patient/7' } },
        {},
        'https://elsewhere.org/fhir/Observation/8',
      ),
    );
    const id = target.response.location.split('/').at(-3);
    expect((await stored(holder)).subject.reference).toBe(`Patient/${id}`);
  });

  it('to a urn:uuid that no entry has are refused', async () => {
    const answer = await api.send(
      'POST /',
      transaction(entry('POST Observation', { resourceType: 'Observation', subject: { reference: URN } })),
    );
    expect(answer.status).toBe(400);
    expect(issueOf(answer).expression).toBe('Bundle.entry[0].resource');
  });

  it.each([
    ['that is there', 'identifier=known', 200],
    ['that several match', 'identifier=twice', 412],
    ['that nothing matches', 'identifier=nobody', 412],
    ['that can not be understood', 'nonsense=1', 400],
  ])('by a condition %s', async (_, criteria, status) => {
    await api.send('PUT /Patient/known', patient({ id: 'known', identifier: [{ value: 'known' }] }));
    for (const id of ['t1', 't2'])
      await api.send(`PUT /Patient/${id}`, patient({ id, identifier: [{ value: 'twice' }] }));
    const reference = `Patient?${criteria}`;
    const answer = await api.send(
      'POST /',
      transaction(entry('POST Observation', { resourceType: 'Observation', subject: { reference } })),
    );
    expect(answer.status).toBe(status);
    if (status === 200) expect((await stored(answer.json().entry[0])).subject.reference).toBe('Patient/known');
    else expect(issueOf(answer).expression).toBe('Bundle.entry[0].resource');
  });

  it('by a condition find what the same transaction creates by it', async () => {
    const [target, holder] = await done(
      entry('POST Patient', patient({ identifier: [{ value: 'fresh' }] }), { ifNoneExist: 'identifier=fresh' }),
      entry('POST Observation', { resourceType: 'Observation', subject: { reference: 'Patient?identifier=fresh' } }),
    );
    const id = target.response.location.split('/').at(-3);
    expect((await stored(holder)).subject.reference).toBe(`Patient/${id}`);
  });
});

describe('conditions', () => {
  it('find what is there: nothing is created, and references lead to it', async () => {
    await api.send('PUT /Patient/there', patient({ id: 'there', identifier: [{ value: 'there' }] }));
    const [found, holder] = await done(
      entry('POST Patient', patient(), { ifNoneExist: 'identifier=there' }, URN),
      entry('POST Observation', { resourceType: 'Observation', subject: { reference: URN } }),
    );
    expect(found.response.status).toBe('200 OK');
    expect((await stored(holder)).subject.reference).toBe('Patient/there');
  });

  it('update and delete by search', async () => {
    await api.send('PUT /Patient/cu', patient({ id: 'cu', identifier: [{ value: 'cu' }] }));
    await api.send('PUT /Patient/cd', patient({ id: 'cd', identifier: [{ value: 'cd' }] }));
    const [updated] = await done(
      entry('PUT Patient?identifier=cu', patient({ active: true, identifier: [{ value: 'cu' }] })),
      entry('DELETE Patient?identifier=cd'),
    );
    expect(updated.response.location).toBe(`${BASE}/Patient/cu/_history/2`);
    expect((await api.send('GET /Patient/cd')).status).toBe(410);
  });

  it('a stale ifMatch fails all of it', async () => {
    await api.send('PUT /Patient/m', patient({ id: 'm' }));
    const answer = await api.send(
      'POST /',
      transaction(entry('POST Patient', patient()), entry('PUT Patient/m', patient({ id: 'm' }), { ifMatch: 'W/"9"' })),
    );
    expect([answer.status, issueOf(answer).expression]).toEqual([412, 'Bundle.entry[1]']);
  });
});

describe('what is wrong with a transaction', () => {
  const two = patient({ id: 'two' });
  it.each<[string, unknown, string]>([
    ['the same resource twice', [entry('PUT Patient/two', two), entry('PUT Patient/two', two)], 'Bundle.entry[1]'],
    [
      'the same fullUrl twice',
      [entry('POST Patient', patient(), {}, URN), entry('POST Patient', patient(), {}, URN)],
      'Bundle.entry[1].fullUrl',
    ],
    ['no request', [{ resource: patient() }], 'Bundle.entry[0].request'],
    ['no method', [{ request: { url: 'Patient' } }], 'Bundle.entry[0].request.method'],
    ['an unknown method', [entry('TRACE Patient')], 'Bundle.entry[0].request.method'],
    ['PATCH', [entry('PATCH Patient/1', {})], 'Bundle.entry[0].request.method'],
    ['no url', [{ request: { method: 'GET' } }], 'Bundle.entry[0].request.url'],
    ['a url of another server', [entry('GET http://elsewhere.org/Patient/1')], 'Bundle.entry[0].request'],
    ['no resource', [entry('POST Patient')], 'Bundle.entry[0]'],
    [
      'another type than the url',
      [entry('POST Patient', { resourceType: 'Observation' })],
      'Bundle.entry[0].resource.resourceType',
    ],
    [
      'a Bundle to be carried out',
      [entry('POST /', { resourceType: 'Bundle', type: 'batch' })],
      'Bundle.entry[0].request',
    ],
    ['a number for an entry', [7], 'Bundle.entry[0]'],
    ['null for an entry', [null], 'Bundle.entry[0]'],
    ['an ifMatch that is no string', [entry('PUT Patient/two', two, { ifMatch: 1 })], 'Bundle.entry[0].request'],
    [
      'a read that can not be understood',
      [entry('POST Patient', patient()), entry('GET Patient?nonsense=1')],
      'Bundle.entry[1].request',
    ],
    ['entries that are no array', { a: 1 }, 'Bundle.entry'],
  ])('%s', async (_, entries, expression) => {
    const answer = await api.send('POST /', { resourceType: 'Bundle', type: 'transaction', entry: entries });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(issueOf(answer).expression).toBe(expression);
  });

  it.each(['document', 'collection', undefined, 7])('a Bundle of the type %s', async (type) => {
    const answer = await api.send('POST /', { resourceType: 'Bundle', type });
    expect([answer.status, issueOf(answer).expression]).toEqual([400, 'Bundle.type']);
  });
});
