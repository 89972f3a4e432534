import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, BASE, type Json, openApi, patient } from './api-fixture.ts';

let now = Date.UTC(2024, 0, 1);
const api = openApi({ now: () => now, newId: () => 'made' });
const HOUR = 3_600_000;

beforeAll(async () => {
  const steps: [string, object?][] = [
    ['PUT /Patient/a', patient({ id: 'a' })],
    ['PUT /Patient/a', patient({ id: 'a', active: true })],
    ['POST /Observation', { resourceType: 'Observation' }],
    ['DELETE /Patient/a'],
    ['PUT /Patient/b', patient({ id: 'b' })],
  ];
  for (const [line, body] of steps) {
    await api.send(line, body);
    now += HOUR;
  }
});

/** `Patient/a/2` …, newest first. */
function versionsOf(answer: Answer): readonly string[] {
  return (answer.json().entry ?? []).map(
    ({ request, response }: Json) => `${request.method} ${request.url} ${response.etag}`,
  );
}

describe('history', () => {
  it('of an instance has all its versions, newest first', async () => {
    const answer = await api.send('GET /Patient/a/_history');
    expect(answer.status).toBe(200);
    const { type, total, link, entry, id, meta } = answer.json();
    expect({ type, total, link }).toEqual({
      type: 'history',
      total: 3,
      link: [{ relation: 'self', url: `${BASE}/Patient/a/_history` }],
    });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(meta.lastUpdated).toBe(new Date(now).toISOString());
    expect(entry).toEqual([
      {
        fullUrl: `${BASE}/Patient/a`,
        request: { method: 'DELETE', url: 'Patient/a' },
        response: { status: '204 No Content', etag: 'W/"3"', lastModified: '2024-01-01T03:00:00.000Z' },
      },
      {
        fullUrl: `${BASE}/Patient/a`,
        resource: {
          resourceType: 'Patient',
          id: 'a',
          meta: { versionId: '2', lastUpdated: '2024-01-01T01:00:00.000Z' },
          active: true,
        },
        request: { method: 'PUT', url: 'Patient/a' },
        response: { status: '200 OK', etag: 'W/"2"', lastModified: '2024-01-01T01:00:00.000Z' },
      },
      expect.objectContaining({
        response: { status: '201 Created', etag: 'W/"1"', lastModified: '2024-01-01T00:00:00.000Z' },
      }),
    ]);
  });

  it('of a type and of the server has those of all resources', async () => {
    expect(versionsOf(await api.send('GET /Patient/_history'))).toEqual([
      'PUT Patient/b W/"1"',
      'DELETE Patient/a W/"3"',
      'PUT Patient/a W/"2"',
      'PUT Patient/a W/"1"',
    ]);
    expect(versionsOf(await api.send('GET /_history'))).toContain('POST Observation W/"1"');
  });

  it('of what never was is 404; of a type without resources it is empty', async () => {
    expect((await api.send('GET /Patient/none/_history')).status).toBe(404);
    const empty = await api.send('GET /Encounter/_history');
    expect(empty.status).toBe(200);
    expect(empty.json()).toMatchObject({ total: 0 });
    expect(empty.json().entry).toBeUndefined();
  });

  it.each([
    ['_since=2024-01-01T03:00:00Z', ['PUT Patient/b W/"1"', 'DELETE Patient/a W/"3"']],
    ['_since=2024-01-01T04:00:00%2B01:00', ['PUT Patient/b W/"1"', 'DELETE Patient/a W/"3"']],
    ['_since=2024-01-01T04:00:00+01:00', ['PUT Patient/b W/"1"', 'DELETE Patient/a W/"3"']],
    ['_since=2025', []],
    ['_at=2024-01-01T01:30:00Z', ['PUT Patient/a W/"2"']],
    ['_at=2024-01-01', ['PUT Patient/b W/"1"', 'DELETE Patient/a W/"3"', 'PUT Patient/a W/"2"', 'PUT Patient/a W/"1"']],
    ['_count=1', ['PUT Patient/b W/"1"']],
    ['_count=0', []],
  ])('with %s has %j', async (query, versions) => {
    expect(versionsOf(await api.send(`GET /Patient/_history?${query}`))).toEqual(versions);
  });

  it.each(['', '/Patient', '/Patient/a'])('of "%s" is paged by links, nothing lost and nothing twice', async (path) => {
    const all = versionsOf(await api.send(`GET ${path}/_history`));
    const paged: string[] = [];
    let url: string | undefined = `${path}/_history?_count=1&_since=2023`;
    while (url !== undefined) {
      const answer: Answer = await api.send(`GET ${url}`);
      paged.push(...versionsOf(answer));
      const links: Json[] = answer.json().link;
      const next = links.find(({ relation }) => relation === 'next')?.url;
      expect(links.some(({ relation }) => relation === 'first')).toBe(paged.length > 1);
      if (next !== undefined) expect(next).toContain('_count=1&_since=2023&_cursor=');
      url = next?.slice(BASE.length);
    }
    expect(paged).toEqual(all);
  });

  it.each([
    '_since=x',
    '_since=2024-13',
    '_at=',
    '_count=-1',
    '_count=1&_count=2',
    '_cursor=x',
    '_sinse=2024',
    'family=x',
  ])('with %s is 400', async (query) => {
    expect((await api.send(`GET /Patient/_history?${query}`)).status).toBe(400);
  });

  it('ignores what it does not know under lenient handling, and leaves it out of the self link', async () => {
    const answer = await api.send('GET /Patient/_history?family=x&_count=5000', undefined, {
      prefer: 'handling=lenient',
    });
    expect(answer.status).toBe(200);
    expect(answer.json().link[0].url).toBe(`${BASE}/Patient/_history?_count=1000`);
  });

  it('is pretty, and cut, on demand', async () => {
    const answer = await api.send('GET /Patient/a/_history?_pretty=true&_elements=name');
    expect(answer.text).toContain('\n  "type": "history"');
    expect(answer.json().entry[1].resource.meta.tag[0].code).toBe('SUBSETTED');
  });

  it('of STU3 has no responses, which are for batches there (bdl-4)', async () => {
    const stu3 = openApi({ version: '3.0.1' });
    await stu3.send('PUT /Patient/a', patient({ id: 'a' }));
    const [entry] = (await stu3.send('GET /Patient/a/_history')).json().entry;
    expect(Object.keys(entry)).toEqual(['fullUrl', 'resource', 'request']);
  });
});
