import { describe, expect, it } from 'vitest';
import { FhirError } from '../../../../src/fhir/operation-outcome.ts';
import { BASE, issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, type TestEntry } from './bundle-fixture.ts';

const api = openBundleApi();
const put = (id: string, more: object = {}) => entry(`PUT Patient/${id}`, patient({ id, ...more }));

describe('reads of a transaction', () => {
  it('see what it writes, wherever they stand', async () => {
    const [read, found, history, vread] = await api.done(
      entry('GET Patient/rw'),
      entry('GET Patient?identifier=rw'),
      entry('GET Patient/rw/_history'),
      entry('GET Patient/rw/_history/1'),
      put('rw', { identifier: [{ value: 'rw' }] }),
    );
    expect(read.resource.id).toBe('rw');
    expect([found.resource.type, found.resource.entry.length]).toEqual(['searchset', 1]);
    expect(history.resource.entry).toHaveLength(1);
    expect(vread.resource.meta.versionId).toBe('1');
  });

  it('answer in the order of the request, among writes', async () => {
    await api.send('PUT /Patient/ra', patient({ id: 'ra' }));
    const answer = await api.post('transaction', [
      entry('GET Patient/ra'),
      put('rb'),
      entry('DELETE Patient/none'),
      entry('POST Patient', patient()),
      entry('HEAD Patient/ra'),
    ]);
    expect(statusesOf(answer)).toEqual([200, 201, 204, 201, 200]);
    const [read, , , , head] = answer.json().entry;
    expect(read.resource.id).toBe('ra');
    expect(head).not.toHaveProperty('resource');
    expect(head.response.etag).toBe('W/"1"');
  });

  it.each<[string, TestEntry, number]>([
    ['of what is not there', entry('GET Patient/none'), 404],
    ['of what it deletes', entry('GET Patient/gone'), 410],
    ['of a version that there will not be', entry('GET Patient/rf/_history/7'), 404],
    ['that are no interaction', entry('GET Patient/gone/nothing'), 404],
    ['by an operation that is not served', entry('GET Patient/gone/$everything'), 404],
    ['by a search that can not be understood', entry('GET Patient?nonsense=1'), 400],
    ['in a format that is not served', entry('GET Patient/gone?_format=ttl'), 406],
  ])('that would fail fail all of it: %s', async (_, failing, status) => {
    await api.send('PUT /Patient/gone', patient({ id: 'gone' }));
    const answer = await api.post('transaction', [put('rf'), failing, entry('DELETE Patient/gone')]);
    expect([answer.status, issueOf(answer).expression]).toEqual([status, 'Bundle.entry[1].request']);
    expect((await api.send('GET /Patient/rf')).status).toBe(404);
    expect((await api.send('GET /Patient/gone')).status).toBe(200);
  });

  it('alone fail as a whole too', async () => {
    await api.send('PUT /Patient/alone', patient({ id: 'alone' }));
    const answer = await api.post('transaction', [entry('GET Patient/alone'), entry('GET Patient/none')]);
    expect([answer.status, issueOf(answer).expression]).toEqual([404, 'Bundle.entry[1].request']);
  });

  it.each([
    ['ifNoneMatch', { ifNoneMatch: 'W/"1"' }, 304],
    ['ifNoneMatch of another version', { ifNoneMatch: 'W/"9"' }, 200],
    ['ifModifiedSince', { ifModifiedSince: '2999-01-01T00:00:00.000Z' }, 304],
    ['ifModifiedSince of long ago', { ifModifiedSince: '2001-01-01T00:00:00+02:00' }, 200],
  ])('with %s', async (_, conditions, status) => {
    await api.send('PUT /Patient/nm', patient({ id: 'nm' }), { 'if-none-match': '*' });
    const answer = await api.post('transaction', [entry('GET Patient/nm', undefined, conditions)]);
    expect(statusesOf(answer)).toEqual([status]);
    expect(answer.json().entry[0].resource === undefined).toBe(status === 304);
  });

  it.each(['Patient/url', '/Patient/url', `${BASE}/Patient/url`, '/fhir/Patient/url', 'Patient/url?_elements=id'])(
    'take the URL %s',
    async (url) => {
      await api.send('PUT /Patient/url', patient({ id: 'url' }));
      const [read] = await api.done(entry(`GET ${url}`));
      expect(read.resource.id).toBe('url');
    },
  );

  it.each(['metadata', '_history', `${BASE}?_type=Patient`, 'Patient/url/*'])('serve %s', async (url) => {
    await api.send('PUT /Patient/url', patient({ id: 'url' }));
    expect(statusesOf(await api.post('transaction', [entry(`GET ${url}`)]))).toEqual([200]);
  });
});

describe('every entry is authorized', () => {
  const asked: string[] = [];
  const guarded = openBundleApi({
    auth: {
      authenticate: () => ({ id: 'someone', roles: [] }),
      authorize: (_, { name, type }) => {
        asked.push(`${name} ${type ?? ''}`.trim());
        if (type === 'Group') throw new FhirError(403, 'forbidden', 'No.');
        return { readable: (readable) => readable !== 'Group' };
      },
    },
  });

  it.each<[string, TestEntry]>([
    ['create', entry('POST Group', { resourceType: 'Group' })],
    ['update', entry('PUT Group/1', { resourceType: 'Group', id: '1' })],
    ['delete-conditional', entry('DELETE Group?code=1')],
    ['read', entry('GET Group/1')],
  ])('%s', async (name, forbidden) => {
    asked.length = 0;
    const allowed = entry('PUT Patient/auth', patient({ id: 'auth' }));
    const answer = await guarded.post('transaction', [allowed, forbidden]);
    expect([answer.status, issueOf(answer).expression]).toEqual([403, 'Bundle.entry[1].request']);
    expect(asked).toEqual(['batch', 'update Patient', `${name} Group`]);
    expect((await guarded.send('GET /Patient/auth')).status).toBe(404);
  });

  it('in a batch by itself', async () => {
    const entries = [entry('GET Group/1'), entry('PUT Patient/b', patient({ id: 'b' }))];
    expect(statusesOf(await guarded.post('batch', entries))).toEqual([403, 201]);
  });

  it('and references by condition lead to nothing that may not be read', async () => {
    const holder = { resourceType: 'Observation', subject: { reference: 'Group?code=1' } };
    expect((await guarded.post('transaction', [entry('POST Observation', holder)])).status).toBe(403);
  });
});

describe('what an entry answers', () => {
  it.each([
    [undefined, false, false],
    ['return=minimal', false, false],
    ['return=representation', true, false],
    ['return=OperationOutcome', false, true],
    ['return=nonsense', false, false],
    ['handling=lenient', false, false],
  ])('with Prefer: %s', async (prefer, hasResource, hasOutcome) => {
    for (const type of ['transaction', 'batch']) {
      const answer = await api.post(type, [entry('POST Patient', patient())], prefer === undefined ? {} : { prefer });
      const [{ resource, response }] = answer.json().entry;
      expect([resource?.resourceType, response.outcome?.resourceType]).toEqual([
        hasResource ? 'Patient' : undefined,
        hasOutcome ? 'OperationOutcome' : undefined,
      ]);
    }
  });

  it('tells where and when, as the resource does', async () => {
    const [written] = await api.done(entry('POST Patient', patient()));
    const path = written.response.location.slice(BASE.length);
    const { id, meta } = (await api.send(`GET ${path}`)).json();
    expect(written).toEqual({
      fullUrl: `${BASE}/Patient/${id}`,
      response: {
        status: '201 Created',
        location: `${BASE}/Patient/${id}/_history/1`,
        etag: 'W/"1"',
        lastModified: meta.lastUpdated,
      },
    });
  });
});
