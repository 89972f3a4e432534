import { describe, expect, it } from 'vitest';
import { handleBundle } from '../../../src/api/bundle/handle-bundle.ts';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { FhirError } from '../../../src/fhir/operation-outcome.ts';
import { type Api, type ApiOptions, openApi, patient } from './api-fixture.ts';

/** A server that records, with one patient `p`, one observation `o` of theirs. */
async function recording(options: ApiOptions = {}): Promise<{ readonly api: Api; readonly events: AuditEvent[] }> {
  const events: AuditEvent[] = [];
  let next = 0;
  const api = openApi({
    bundles: handleBundle,
    newId: () => `new-${++next}`,
    audit: { record: (event) => void events.push(event) },
    ...options,
  });
  await api.send('PUT /Patient/p', patient({ id: 'p' }));
  await api.send('PUT /Observation/o', observation({ id: 'o' }));
  next = 0;
  events.length = 0;
  return { api, events };
}

function observation(more: object = {}): object {
  const subject = { reference: 'Patient/p' };
  return { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject, ...more };
}

const P1 = { type: 'Patient', id: 'p', version: 1 };
const O1 = { type: 'Observation', id: 'o', version: 1 };

/** A request, and what of its event it is to have; what is named undefined it is not to have. */
interface Row {
  readonly line: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly event: Partial<AuditEvent>;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const ROWS: readonly Row[] = [
  {
    line: 'GET /Patient/p',
    event: { interaction: 'read', type: 'Patient', id: 'p', entity: [P1], patients: ['p'], outcome: 'success' },
  },
  { line: 'HEAD /Observation/o', event: { method: 'HEAD', interaction: 'read', entity: [O1], patients: ['p'] } },
  {
    line: 'GET /Observation/o',
    headers: { 'if-none-match': 'W/"1"' },
    event: { status: 304, outcome: 'success', entity: [O1] },
  },
  {
    line: 'GET /Patient/none',
    event: { status: 404, outcome: 'refused', id: 'none', patients: ['none'], entity: undefined },
  },
  {
    line: 'GET /Patient/p/_history/1',
    event: { interaction: 'vread', id: 'p', version: 1, entity: [P1], patients: ['p'] },
  },
  {
    line: 'GET /Patient/p/_history/Lindqvist',
    event: { interaction: 'vread', status: 404, version: undefined },
  },
  { line: 'GET /Patient/p/_history', event: { interaction: 'history-instance', id: 'p', entity: [P1] } },
  { line: 'GET /Observation/_history', event: { interaction: 'history-type', entity: [O1], patients: ['p'] } },
  { line: 'GET /_history?_count=5', event: { interaction: 'history-system', entity: [O1, P1], query: ['_count'] } },
  {
    line: 'GET /Observation?patient=p&_include=Observation:patient',
    event: {
      interaction: 'search-type',
      type: 'Observation',
      query: ['patient', '_include'],
      values: undefined,
      entity: [O1, P1],
      patients: ['p'],
    },
  },
  { line: 'GET /Observation?patient=nobody', event: { entity: undefined, patients: ['nobody'], status: 200 } },
  {
    line: 'POST /Observation/_search?_count=3',
    body: 'patient=p&Lindqvist=1',
    headers: { ...FORM, prefer: 'handling=lenient' },
    event: { interaction: 'search-type', query: ['_count', 'patient', '?'], entity: [O1], patients: ['p'] },
  },
  {
    line: 'GET /Patient/p/Observation',
    event: { interaction: 'search-compartment', compartment: 'Patient/p', type: 'Observation', entity: [O1] },
  },
  { line: 'GET /Patient/q/*', event: { compartment: 'Patient/q', type: undefined, patients: ['q'] } },
  { line: 'GET /?_id=p', event: { interaction: 'search-system', query: ['_id'], entity: [P1] } },
  {
    line: 'POST /Observation',
    body: observation(),
    event: {
      interaction: 'create',
      type: 'Observation',
      status: 201,
      entity: [{ type: 'Observation', id: 'new-1', version: 1, change: 'create' }],
      patients: ['p'],
    },
  },
  {
    line: 'POST /Patient',
    body: patient(),
    headers: { 'if-none-exist': '_id=p' },
    event: { interaction: 'create', status: 200, entity: [P1] },
  },
  {
    line: 'PUT /Observation/o',
    body: observation({ id: 'o', subject: { reference: 'Patient/q' } }),
    event: {
      interaction: 'update',
      id: 'o',
      entity: [{ type: 'Observation', id: 'o', version: 2, change: 'update' }],
      patients: ['q', 'p'],
    },
  },
  {
    line: 'PUT /Observation?_id=o',
    body: observation(),
    event: {
      interaction: 'update-conditional',
      query: ['_id'],
      entity: [{ type: 'Observation', id: 'o', version: 2, change: 'update' }],
    },
  },
  {
    line: 'DELETE /Observation/o',
    event: {
      interaction: 'delete',
      entity: [{ type: 'Observation', id: 'o', version: 2, change: 'delete' }],
      patients: ['p'],
    },
  },
  { line: 'DELETE /Observation/none', event: { status: 204, id: 'none', entity: undefined } },
  {
    line: 'DELETE /Observation?patient=p',
    event: {
      interaction: 'delete-conditional',
      entity: [{ type: 'Observation', id: 'o', version: 2, change: 'delete' }],
      patients: ['p'],
    },
  },
  {
    line: 'GET /metadata',
    event: { interaction: 'capabilities', type: undefined, entity: undefined, patients: undefined },
  },
  { line: 'GET /Patient/p/$everything', event: { interaction: 'operation', operation: undefined, patients: ['p'] } },
  // Refused before it is known what is asked for: nothing of the URL.
  {
    line: 'GET /Lindqvist/1?name=Anna',
    event: {
      method: 'GET',
      status: 404,
      outcome: 'refused',
      interaction: undefined,
      type: undefined,
      id: undefined,
      query: undefined,
    },
  },
  { line: 'DELETE /metadata', event: { method: 'DELETE', status: 405, interaction: undefined } },
  { line: 'GET /Patient?_format=xml&name=Anna', event: { status: 406, interaction: undefined, query: undefined } },
  { line: 'GET /Patient?name=%', event: { status: 400, interaction: undefined, query: undefined } },
];

describe('the event of', () => {
  it.each(ROWS)('$line', async ({ line, body, headers, event }) => {
    const { api, events } = await recording();
    const answer = await api.send(line, body, headers);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ v: 1, status: answer.status, ...event });
  });

  it('a request tells who, when, from where, and how long', async () => {
    const caller = { id: 'u1', name: 'ann', roles: ['practitioner'], client: { id: 'c1', name: 'ward' } };
    const { api, events } = await recording({
      now: () => Date.UTC(2024, 4, 1, 9, 30, 0, 7),
      auth: { authenticate: () => caller, authorize: () => ({}) },
    });
    const request = { method: 'GET', url: '/fhir/Patient/p', headers: {}, body: async () => Buffer.alloc(0) };
    const answer = await api.server.handle({ ...request, id: 'r-1', remoteAddress: '192.0.2.1' });
    expect(answer.headers['x-request-id']).toBeUndefined();
    expect(events[0]).toEqual({
      v: 1,
      time: '2024-05-01T09:30:00.007Z',
      ms: expect.any(Number),
      request: 'r-1',
      outcome: 'success',
      status: 200,
      user: { id: 'u1', name: 'ann' },
      roles: ['practitioner'],
      client: { id: 'c1', name: 'ward' },
      address: '192.0.2.1',
      method: 'GET',
      interaction: 'read',
      type: 'Patient',
      id: 'p',
      patients: ['p'],
      entity: [P1],
    });
  });

  it('a request without an id carries the one that its answer tells', async () => {
    const { api, events } = await recording();
    const answer = await api.send('GET /Patient/p');
    expect(events[0]?.request).toBe(answer.headers['x-request-id']);
    expect(events[0]?.request).toMatch(/./);
  });

  it.each([
    { status: 401, refuse: 'authenticate' },
    { status: 403, refuse: 'authorize' },
  ] as const)('a request that is refused by $status names what was asked for', async ({ status, refuse }) => {
    const { api, events } = await recording();
    const no = () => {
      throw new FhirError(status, 'forbidden', 'No.');
    };
    const caller = { id: 'u', roles: [] };
    const auth = { authenticate: () => caller, authorize: () => ({}), [refuse]: no };
    const closed = openApi({ auth, audit: { record: (event) => void events.push(event) } });
    events.length = 0;
    await closed.send('GET /Observation/o?_format=json');
    await closed.send('GET /Observation?patient=p');
    expect(events).toMatchObject([
      { status, outcome: 'refused', interaction: 'read', type: 'Observation', id: 'o', query: ['_format'] },
      { status, outcome: 'refused', interaction: 'search-type', patients: ['p'] },
    ]);
    expect(events.map(({ user }) => user?.id)).toEqual(refuse === 'authorize' ? ['u', 'u'] : [undefined, undefined]);
    expect(api.reported).toEqual([]);
  });

  it('a fault of the server is a failure', async () => {
    const { api, events } = await recording({
      wrapStore: (store) => ({
        ...store,
        read: (type, id) => (id === 'x' ? Promise.reject(new Error('broken')) : store.read(type, id)),
      }),
    });
    await api.send('GET /Patient/x');
    expect(events).toMatchObject([{ status: 500, outcome: 'failed', id: 'x' }]);
  });

  it('a search has the values of its parameters where that is configured, but of unknown ones', async () => {
    const { api, events } = await recording({ auditQueryValues: true });
    await api.send('GET /Patient?name=Lindqvist&token=secret', undefined, { prefer: 'handling=lenient' });
    expect(events[0]).toMatchObject({ query: ['name', '?'], values: ['Lindqvist', null] });
  });
});

describe('the event of a Bundle', () => {
  const entry = (method: string, url: string, resource?: object) => ({ request: { method, url }, resource });
  const bundle = (type: string, ...entries: readonly object[]) => ({ resourceType: 'Bundle', type, entry: entries });

  it('lists the entries of a batch, each with its outcome, and what they showed and changed', async () => {
    const { api, events } = await recording();
    await api.send(
      'POST /',
      bundle(
        'batch',
        entry('GET', 'Patient/p'),
        entry('GET', 'Patient/p'),
        entry('GET', 'Patient/none'),
        entry('PUT', 'Observation/o', observation({ id: 'o' })),
        entry('GET', 'Lindqvist/1'),
      ),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      interaction: 'batch',
      outcome: 'success',
      entries: [
        { interaction: 'read', type: 'Patient', id: 'p', outcome: 'success' },
        { interaction: 'read', type: 'Patient', id: 'p', outcome: 'success' },
        { interaction: 'read', type: 'Patient', id: 'none', outcome: 'refused' },
        { interaction: 'update', type: 'Observation', id: 'o', outcome: 'success' },
      ],
      entity: [P1, { type: 'Observation', id: 'o', version: 2, change: 'update' }],
      patients: ['p', 'none'],
    });
    expect(JSON.stringify(events)).not.toContain('Lindqvist');
  });

  it('lists what a transaction wrote, read, found and deleted', async () => {
    const { api, events } = await recording();
    const answer = await api.send(
      'POST /',
      bundle(
        'transaction',
        entry('POST', 'Observation', observation()),
        entry('DELETE', 'Observation/o'),
        entry('GET', 'Patient/p'),
        { request: { method: 'POST', url: 'Patient', ifNoneExist: '_id=p' }, resource: patient() },
      ),
    );
    expect(answer.status).toBe(200);
    const [event] = events;
    expect(event?.entries?.map(({ interaction, outcome }) => `${interaction} ${outcome}`)).toEqual([
      'create success',
      'delete success',
      'read success',
      'create success',
    ]);
    expect(event?.entity).toHaveLength(3);
    expect(event?.entity).toEqual(
      expect.arrayContaining([
        P1,
        { type: 'Observation', id: 'new-1', version: 1, change: 'create' },
        { type: 'Observation', id: 'o', version: 2, change: 'delete' },
      ]),
    );
    expect(event?.patients).toEqual(['p']);
  });

  it('of a transaction that was refused, shows nothing as changed', async () => {
    const { api, events } = await recording();
    const stale = { request: { method: 'DELETE', url: 'Observation/o', ifMatch: 'W/"7"' } };
    await api.send('POST /', bundle('transaction', entry('POST', 'Patient', patient()), stale));
    expect(events[0]).toMatchObject({ status: 412, outcome: 'refused', entity: undefined });
    expect(events[0]?.entries?.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });

  it('is cut at 1,000 entries and entities, and tells how many there were', async () => {
    const { api, events } = await recording();
    const many = Array.from({ length: 1001 }, (_, i) => entry('PUT', `Patient/m${i}`, patient({ id: `m${i}` })));
    expect((await api.send('POST /', bundle('transaction', ...many))).status).toBe(200);
    const [event] = events;
    expect([event?.entity?.length, event?.entityCount]).toEqual([1000, 1001]);
    expect([event?.entries?.length, event?.entryCount]).toEqual([1000, 1001]);
    expect([event?.patients?.length, event?.patientCount]).toEqual([1001, undefined]);
  });
});
