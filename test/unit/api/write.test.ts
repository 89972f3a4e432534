import { describe, expect, it } from 'vitest';
import { BASE, issueOf, openApi, patient } from './api-fixture.ts';

const api = openApi({ newId: ids('n') });

function ids(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}${++count}`;
}

describe('create', () => {
  it('gives an id, version 1, Location, ETag and Last-Modified', async () => {
    const answer = await api.send(
      'POST /Patient',
      patient({ id: 'ignored', active: true, meta: { tag: [{ code: 't' }], versionId: '7' } }),
    );
    const json = answer.json();
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ etag: 'W/"1"', location: `${BASE}/Patient/${json.id}/_history/1` });
    expect(Date.parse(answer.headers['last-modified'] ?? '')).not.toBeNaN();
    expect(json.id).not.toBe('ignored');
    expect(json.meta).toMatchObject({ tag: [{ code: 't' }], versionId: '1' });
    expect(Object.keys(json)).toEqual(['resourceType', 'id', 'meta', 'active']);
    expect((await api.send(`GET /Patient/${json.id}`)).text).toBe(answer.text);
  });

  it('keeps the digits of numbers', async () => {
    const { headers } = await api.send(
      'POST /Observation',
      '{"resourceType":"Observation","valueQuantity":{"value":1.50}}',
    );
    const path = headers.location?.slice(BASE.length);
    expect((await api.send(`GET ${path}`)).text).toContain('"value":1.50');
  });

  it.each([
    ['return=minimal', '', 201],
    ['return=representation', 'Patient', 201],
    ['return=OperationOutcome', 'OperationOutcome', 201],
    ['respond-async, return="minimal"', '', 201],
    ['return=all', 'Patient', 201],
  ])('with Prefer: %s answers %s', async (prefer, type, status) => {
    const answer = await api.send('POST /Patient', patient(), { prefer });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ etag: 'W/"1"', location: expect.stringContaining(`${BASE}/Patient/n`) });
    expect(answer.text === '' ? '' : answer.json().resourceType).toBe(type);
  });

  it.each([
    ['nothing', '', 'required', undefined],
    ['what is no JSON', '{"resourceType":"Patient",}', 'structure', undefined],
    ['an array', '[]', 'structure', undefined],
    ['null', 'null', 'structure', undefined],
    ['a number', '1.50', 'structure', undefined],
    ['no resourceType', '{}', 'required', 'resourceType'],
    ['another resourceType', '{"resourceType":"Observation"}', 'invalid', 'resourceType'],
    ['an unknown resourceType', '{"resourceType":"Foo"}', 'invalid', 'resourceType'],
    ['a resourceType that is no text', '{"resourceType":1}', 'required', 'resourceType'],
    ['an id that is no text', '{"resourceType":"Patient","id":1}', 'value', 'Patient.id'],
    ["an id that can't be one", '{"resourceType":"Patient","id":"a/b"}', 'value', 'Patient.id'],
    ['meta that is no object', '{"resourceType":"Patient","meta":[]}', 'structure', 'Patient.meta'],
    [
      'too deep a nesting',
      `{"resourceType":"Patient","x":${'['.repeat(300)}${']'.repeat(300)}}`,
      'structure',
      undefined,
    ],
  ])('of %s is 400', async (_, body, code, expression) => {
    const answer = await api.send('POST /Patient', body);
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toMatchObject({ code });
    expect(issueOf(answer).expression).toBe(expression);
  });

  it('tells line and column of broken JSON, and nothing of what is in it', async () => {
    const { text } = issueOf(await api.send('POST /Patient', '{\n  "resourceType": "Patient",\n  "id": Secret\n}'));
    expect(text).toMatch(/line 3, column 9/);
    expect(text).not.toContain('Secret');
  });

  it('never changes what is already there under an id', async () => {
    const clash = openApi({ newId: () => 'same' });
    expect((await clash.send('POST /Patient', patient())).status).toBe(201);
    expect((await clash.send('POST /Patient', patient({ active: true }))).status).toBe(409);
    expect((await clash.send('GET /Patient/same')).headers.etag).toBe('W/"1"');
  });
});

describe('conditional create', () => {
  const identified = (value: string) => patient({ identifier: [{ system: 'http://ids', value }] });

  it('creates when there is none, and then finds it', async () => {
    const headers = { 'if-none-exist': 'identifier=http://ids|c1' };
    const first = await api.send('POST /Patient', identified('c1'), headers);
    const second = await api.send('POST /Patient', identified('c1'), headers);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.headers).toMatchObject({ location: first.headers.location, etag: 'W/"1"' });
    expect(second.text).toBe(first.text);
  });

  it('takes a condition with ? or Type? before it', async () => {
    for (const start of ['?', 'Patient?']) {
      const answer = await api.send('POST /Patient', identified('c1'), {
        'if-none-exist': `${start}identifier=http://ids|c1`,
      });
      expect(answer.status).toBe(200);
    }
  });

  it('is 412 when several match', async () => {
    for (let i = 0; i < 2; i++) await api.send('POST /Patient', identified('twice'));
    const answer = await api.send('POST /Patient', identified('twice'), { 'if-none-exist': 'identifier=twice' });
    expect(answer.status).toBe(412);
    expect(issueOf(answer).code).toBe('multiple-matches');
  });

  it.each(['', 'nope=1', '_count=1', 'birthdate=x', 'identifier:foo=1'])(
    'is 400 with the condition "%s"',
    async (condition) => {
      expect((await api.send('POST /Patient', patient(), { 'if-none-exist': condition })).status).toBe(400);
    },
  );

  it('creates one of many that come at once', async () => {
    const headers = { 'if-none-exist': 'identifier=http://ids|race' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.send('POST /Patient', identified('race'), headers)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  });
});

describe('update', () => {
  it('creates where nothing is, then makes versions', async () => {
    const first = await api.send('PUT /Patient/u1', patient({ id: 'u1' }));
    expect(first).toMatchObject({ status: 201, headers: { etag: 'W/"1"', location: `${BASE}/Patient/u1/_history/1` } });
    const second = await api.send('PUT /Patient/u1', patient({ id: 'u1', active: true }));
    expect(second).toMatchObject({
      status: 200,
      headers: { etag: 'W/"2"', 'content-location': `${BASE}/Patient/u1/_history/2` },
    });
    expect(second.headers.location).toBeUndefined();
  });

  it('brings back what was deleted', async () => {
    await api.send('PUT /Patient/u2', patient({ id: 'u2' }));
    await api.send('DELETE /Patient/u2');
    expect(await api.send('PUT /Patient/u2', patient({ id: 'u2' }))).toMatchObject({
      status: 201,
      headers: { etag: 'W/"3"' },
    });
    expect((await api.send('GET /Patient/u2')).status).toBe(200);
  });

  it.each([
    ['no id', patient(), 'required'],
    ['another id', patient({ id: 'other' }), 'value'],
  ])('with %s in the body is 400', async (_, body, code) => {
    const answer = await api.send('PUT /Patient/u1', body);
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toMatchObject({ code, expression: 'Patient.id' });
  });

  it.each([
    ['W/"2"', 200],
    ['"2"', 200],
    ['W/"1", W/"2"', 200],
    ['*', 200],
    ['W/"1"', 412],
    ['W/"3"', 412],
    ['W/"02"', 412],
    ['W/"abc"', 412],
    ['2', 400],
    ['', 400],
    ['W/2', 400],
  ])('with If-Match: %s of version 2 is %i', async (ifMatch, status) => {
    const fresh = openApi();
    for (let i = 0; i < 2; i++) await fresh.send('PUT /Patient/a', patient({ id: 'a' }));
    const answer = await fresh.send('PUT /Patient/a', patient({ id: 'a' }), { 'if-match': ifMatch });
    expect(answer.status).toBe(status);
    if (status === 412) expect(answer.headers.etag).toBe('W/"2"');
  });

  it('with If-Match is 412 where nothing is', async () => {
    for (const ifMatch of ['W/"1"', '*']) {
      expect((await api.send('PUT /Patient/nothing', patient({ id: 'nothing' }), { 'if-match': ifMatch })).status).toBe(
        412,
      );
    }
  });

  it('with If-Match of a deletion brings the resource back; with * it does not', async () => {
    await api.send('PUT /Patient/u3', patient({ id: 'u3' }));
    await api.send('DELETE /Patient/u3');
    expect((await api.send('PUT /Patient/u3', patient({ id: 'u3' }), { 'if-match': '*' })).status).toBe(412);
    expect((await api.send('PUT /Patient/u3', patient({ id: 'u3' }), { 'if-match': 'W/"2"' })).status).toBe(201);
  });

  it('with If-None-Match: * only creates', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await api.send('PUT /Patient/u4', patient({ id: 'u4' }), headers)).status).toBe(201);
    expect((await api.send('PUT /Patient/u4', patient({ id: 'u4' }), headers)).status).toBe(412);
  });

  it('of one resource by many at once makes versions without gap or repeat', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => api.send('PUT /Patient/many', patient({ id: 'many', active: i % 2 === 0 }))),
    );
    const made = answers.filter(({ status }) => status < 300).map(({ headers }) => headers.etag);
    expect(answers.every(({ status }) => [200, 201, 409, 412].includes(status))).toBe(true);
    expect(new Set(made).size).toBe(made.length);
    expect((await api.send('GET /Patient/many')).headers.etag).toBe(`W/"${made.length}"`);
  });

  it('gives up after some attempts, with 409', async () => {
    const busy = openApi({
      limits: { commitAttempts: 3 },
      wrapStore: (store) => ({
        ...store,
        commit: async ([change]) => ({ kind: 'version', type: 'Patient', id: change?.id ?? '', actual: 9 }),
      }),
    });
    const answer = await busy.send('PUT /Patient/a', patient({ id: 'a' }));
    expect(answer.status).toBe(409);
    expect(issueOf(answer).code).toBe('conflict');
  });
});

describe('conditional update', () => {
  const named = (family: string, more: object = {}) => patient({ name: [{ family }], ...more });

  it('creates when none matches, then updates the one', async () => {
    const first = await api.send('PUT /Patient?family=Condit', named('Condit'));
    const second = await api.send('PUT /Patient?family=Condit&_format=json', named('Condit', { active: true }));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json()).toMatchObject({ id: first.json().id, active: true, meta: { versionId: '2' } });
  });

  it('is 412 when several match', async () => {
    for (let i = 0; i < 2; i++) await api.send('POST /Patient', named('Manifold'));
    expect((await api.send('PUT /Patient?family=Manifold', named('Manifold'))).status).toBe(412);
  });

  it('creates under the id in the body when none matches', async () => {
    const answer = await api.send('PUT /Patient?family=Own', named('Own', { id: 'own' }));
    expect(answer).toMatchObject({ status: 201, headers: { location: `${BASE}/Patient/own/_history/1` } });
  });

  it('is 400 when another one matches than the body says', async () => {
    expect((await api.send('PUT /Patient?family=Own', named('Own', { id: 'else' }))).status).toBe(400);
  });

  it('is 409 when none matches and the id in the body is taken', async () => {
    expect((await api.send('PUT /Patient?family=Unheard', named('Unheard', { id: 'own' }))).status).toBe(409);
  });

  it('holds to If-Match', async () => {
    expect((await api.send('PUT /Patient?family=Own', named('Own'), { 'if-match': 'W/"9"' })).status).toBe(412);
    expect((await api.send('PUT /Patient?family=Own', named('Own'), { 'if-match': 'W/"1"' })).status).toBe(200);
  });

  it.each(['', '?', '?nope=1', '?_count=1', '?family', '?_summary=true'])('is 400 for /Patient%s', async (query) => {
    expect((await api.send(`PUT /Patient${query}`, patient())).status).toBe(400);
  });

  it('creates one when many come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => api.send('PUT /Patient?family=Rush', named('Rush'))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await api.send('GET /Patient?family=Rush&_summary=count')).json().total).toBe(1);
  });
});

describe('delete', () => {
  it('answers 204 with the version of the deletion', async () => {
    await api.send('PUT /Patient/d1', patient({ id: 'd1' }));
    expect(await api.send('DELETE /Patient/d1')).toMatchObject({ status: 204, text: '', headers: { etag: 'W/"2"' } });
    expect((await api.send('GET /Patient/d1')).status).toBe(410);
  });

  it('of what is not there, or no longer, is 204 and makes no version', async () => {
    expect(await api.send('DELETE /Patient/never')).toMatchObject({ status: 204, headers: {} });
    expect((await api.send('GET /Patient/never')).status).toBe(404);
    expect(await api.send('DELETE /Patient/d1')).toMatchObject({ status: 204, headers: { etag: 'W/"2"' } });
  });

  it('answers 200 with an OperationOutcome when that is preferred', async () => {
    await api.send('PUT /Patient/d2', patient({ id: 'd2' }));
    for (const text of ['Deleted.', 'There was nothing to delete.']) {
      const answer = await api.send('DELETE /Patient/d2', undefined, { prefer: 'return=OperationOutcome' });
      expect(answer.status).toBe(200);
      expect(issueOf(answer)).toMatchObject({ code: 'informational', text });
    }
  });

  it('holds to If-Match', async () => {
    await api.send('PUT /Patient/d3', patient({ id: 'd3' }));
    expect((await api.send('DELETE /Patient/d3', undefined, { 'if-match': 'W/"2"' })).status).toBe(412);
    expect((await api.send('DELETE /Patient/d3', undefined, { 'if-match': 'W/"1"' })).status).toBe(204);
    expect((await api.send('DELETE /Patient/never', undefined, { 'if-match': 'W/"1"' })).status).toBe(412);
  });

  it('is not found by searches any more', async () => {
    await api.send('PUT /Patient/d4', patient({ id: 'd4', name: [{ family: 'Vanish' }] }));
    await api.send('DELETE /Patient/d4');
    expect((await api.send('GET /Patient?family=Vanish')).json().total).toBe(0);
  });
});

describe('conditional delete', () => {
  it('deletes all that match, and is 204 when none does', async () => {
    for (let i = 0; i < 3; i++) await api.send('POST /Patient', patient({ name: [{ family: 'Sweep' }] }));
    const answer = await api.send('DELETE /Patient?family=Sweep', undefined, { prefer: 'return=OperationOutcome' });
    expect(answer.status).toBe(200);
    expect(issueOf(answer).text).toBe('Deleted 3 resources.');
    expect((await api.send('DELETE /Patient?family=Sweep')).status).toBe(204);
  });

  it('of one tells its version', async () => {
    await api.send('PUT /Patient/one', patient({ id: 'one', name: [{ family: 'Single' }] }));
    expect(await api.send('DELETE /Patient?family=Single')).toMatchObject({ status: 204, headers: { etag: 'W/"2"' } });
  });

  it('is 412 for more than the limit, and deletes none', async () => {
    const small = openApi({ limits: { conditionalDeletes: 2 } });
    for (let i = 0; i < 3; i++) await small.send('POST /Patient', patient({ name: [{ family: 'Lots' }] }));
    expect((await small.send('DELETE /Patient?family=Lots')).status).toBe(412);
    expect((await small.send('GET /Patient?_summary=count')).json().total).toBe(3);
  });

  it.each(['', '?', '?_sort=family', '?nope=1'])('is 400 for /Patient%s', async (query) => {
    expect((await api.send(`DELETE /Patient${query}`)).status).toBe(400);
  });
});

describe('the clock', () => {
  it('may go back, lastUpdated does not', async () => {
    let now = 2000;
    const fresh = openApi({ now: () => now });
    await fresh.send('PUT /Patient/a', patient({ id: 'a' }));
    now = 1000;
    await fresh.send('PUT /Patient/a', patient({ id: 'a' }));
    expect((await fresh.send('GET /Patient/a')).json().meta.lastUpdated).toBe('1970-01-01T00:00:02.000Z');
  });
});
