import { beforeAll, describe, expect, it } from 'vitest';
import { BASE, issueOf, openApi, patient } from './api-fixture.ts';

const api = openApi({ now: () => Date.UTC(2024, 4, 6, 7, 8, 9, 123) });

beforeAll(async () => {
  await api.send('PUT /Patient/a', patient({ id: 'a', active: true, name: [{ family: 'One' }], gender: 'male' }));
  await api.send('PUT /Patient/a', patient({ id: 'a', active: false, name: [{ family: 'Two' }], gender: 'male' }));
  await api.send('PUT /Patient/gone', patient({ id: 'gone' }));
  await api.send('DELETE /Patient/gone');
});

describe('read', () => {
  it('gives the current version with ETag and Last-Modified', async () => {
    const answer = await api.send('GET /Patient/a');
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual({
      'content-type': 'application/fhir+json; charset=utf-8',
      etag: 'W/"2"',
      'last-modified': 'Mon, 06 May 2024 07:08:09 GMT',
    });
    expect(answer.json()).toEqual({
      resourceType: 'Patient',
      id: 'a',
      meta: { versionId: '2', lastUpdated: '2024-05-06T07:08:09.123Z' },
      active: false,
      name: [{ family: 'Two' }],
      gender: 'male',
    });
  });

  it('works without the base path too, which a proxy may have taken away', async () => {
    const response = await api.server.handle({
      method: 'GET',
      url: '/Patient/a',
      headers: {},
      body: async () => new Uint8Array(),
    });
    expect(response.status).toBe(200);
  });

  it('works with the whole URL, a slash at its end, and percent-encoding', async () => {
    const whole = await api.server.handle({
      method: 'GET',
      url: `${BASE}/Patient/a`,
      headers: {},
      body: async () => new Uint8Array(),
    });
    expect(whole.status).toBe(200);
    expect((await api.send('GET /Patient/a/')).status).toBe(200);
    expect((await api.send('GET /%50atient/%61')).status).toBe(200);
  });

  it('of HEAD has the headers, the length, and no body', async () => {
    const [get, head] = [await api.send('GET /Patient/a'), await api.send('HEAD /Patient/a')];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers).toEqual({ ...get.headers, 'content-length': String(get.text.length) });
  });

  it('of what never was is 404', async () => {
    const answer = await api.send('GET /Patient/none');
    expect(answer.status).toBe(404);
    expect(issueOf(answer).code).toBe('not-found');
  });

  it('of an id under another type is 404: ids are per type', async () => {
    expect((await api.send('GET /Observation/a')).status).toBe(404);
  });

  it("of what is deleted is 410, with the deletion's version", async () => {
    const answer = await api.send('GET /Patient/gone');
    expect(answer.status).toBe(410);
    expect(issueOf(answer).code).toBe('deleted');
    expect(answer.headers).toMatchObject({ etag: 'W/"2"', location: `${BASE}/Patient/gone/_history/2` });
  });

  it.each([
    ['W/"2"', 304],
    ['"2"', 304],
    ['W/"1", W/"2"', 304],
    ['*', 304],
    ['W/"1"', 200],
    ['W/"x"', 200],
    ['2', 400],
    ['W/"2', 400],
    ['W/"2" W/"3"', 400],
    ['', 400],
  ])('with If-None-Match %s is %i', async (tag, status) => {
    const answer = await api.send('GET /Patient/a', undefined, { 'if-none-match': tag });
    expect(answer.status).toBe(status);
    if (status === 304) expect(answer).toMatchObject({ text: '', headers: { etag: 'W/"2"' } });
  });

  it.each([
    ['Mon, 06 May 2024 07:08:09 GMT', 304],
    ['Mon, 06 May 2024 07:08:10 GMT', 304],
    ['Mon, 06 May 2024 07:08:08 GMT', 200],
    ['yesterday', 200],
  ])('with If-Modified-Since %s is %i', async (date, status) => {
    expect((await api.send('GET /Patient/a', undefined, { 'if-modified-since': date })).status).toBe(status);
  });

  it('lets If-None-Match decide over If-Modified-Since', async () => {
    const headers = { 'if-none-match': 'W/"1"', 'if-modified-since': 'Mon, 06 May 2024 07:08:09 GMT' };
    expect((await api.send('GET /Patient/a', undefined, headers)).status).toBe(200);
  });
});

describe('vread', () => {
  it('gives any version', async () => {
    const answer = await api.send('GET /Patient/a/_history/1');
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBe('W/"1"');
    expect(answer.json()).toMatchObject({ active: true, meta: { versionId: '1' } });
  });

  it.each([
    ['/Patient/a/_history/3', 404],
    ['/Patient/a/_history/0', 404],
    ['/Patient/a/_history/01', 404],
    ['/Patient/a/_history/-1', 404],
    ['/Patient/a/_history/x', 404],
    ['/Patient/a/_history/99999999999999999999', 404],
    ['/Patient/a/_history/1_', 400],
    ['/Patient/none/_history/1', 404],
    ['/Patient/gone/_history/1', 200],
    ['/Patient/gone/_history/2', 410],
  ])('of %s is %i', async (url, status) => {
    expect((await api.send(`GET ${url}`)).status).toBe(status);
  });
});

describe("the answer's form", () => {
  it.each(['_pretty=true', '_pretty='])('is pretty with %s', async (query) => {
    const { text } = await api.send(`GET /Patient/a?${query}`);
    expect(text).toContain('\n  "id": "a",\n');
  });

  it('is as stored with _pretty=false and _summary=false', async () => {
    const plain = await api.send('GET /Patient/a');
    expect((await api.send('GET /Patient/a?_pretty=false&_summary=false')).text).toBe(plain.text);
  });

  it('has the elements asked for, and says that it is cut', async () => {
    const json = (await api.send('GET /Patient/a?_elements=gender,active')).json();
    expect(Object.keys(json).sort()).toEqual(['active', 'gender', 'id', 'meta', 'resourceType']);
    expect(json.meta.tag?.[0]?.code).toBe('SUBSETTED');
  });

  it('is a summary with _summary=true', async () => {
    const answer = await api.send('GET /Patient/a?_summary=true');
    expect(answer.json().meta.tag?.[0]?.code).toBe('SUBSETTED');
  });

  it.each(['count', 'yes', ''])('refuses _summary=%s on a read', async (value) => {
    expect((await api.send(`GET /Patient/a?_summary=${value}`)).status).toBe(400);
  });
});
