import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, BASE, issueOf, type Json, openApi, patient } from './api-fixture.ts';

const api = openApi({ limits: { defaultCount: 3, maxCount: 4 } });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

beforeAll(async () => {
  for (const n of [1, 2, 3, 4, 5]) {
    await api.send(
      `PUT /Patient/p${n}`,
      patient({ id: `p${n}`, name: [{ family: `Fam${n}` }], gender: n < 3 ? 'male' : 'female' }),
    );
  }
  const observation = {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: { text: 'x' },
  };
  await api.send('PUT /Observation/o1', observation);
  await api.send('PUT /Observation/o2', { ...observation, id: 'o2', subject: { reference: 'Patient/p2' } });
});

function idsOf(answer: Answer, mode = 'match'): readonly string[] {
  const entries: Json[] = answer.json().entry ?? [];
  return entries
    .filter(({ search }) => search.mode === mode)
    .map(({ resource }) => `${resource.resourceType}/${resource.id}`);
}

function linkOf(answer: Answer, relation: string): string | undefined {
  return answer.json().link.find((link: Json) => link.relation === relation)?.url;
}

describe('a search', () => {
  it('answers a searchset', async () => {
    const answer = await api.send('GET /Patient?family=Fam1');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    const { resourceType, type, total, link, entry, id, meta } = answer.json();
    expect({ resourceType, type, total, link }).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 1,
      link: [{ relation: 'self', url: `${BASE}/Patient?family=Fam1` }],
    });
    expect(id).toBeTypeOf('string');
    expect(meta.lastUpdated).toBeTypeOf('string');
    expect(entry).toEqual([
      { fullUrl: `${BASE}/Patient/p1`, resource: expect.objectContaining({ id: 'p1' }), search: { mode: 'match' } },
    ]);
  });

  it('that finds nothing has no entries, as FHIR has no empty arrays', async () => {
    const json = (await api.send('GET /Patient?family=Nobody')).json();
    expect(json.total).toBe(0);
    expect(json.entry).toBeUndefined();
  });

  it('tells what it includes', async () => {
    const answer = await api.send('GET /Observation?_id=o1&_include=Observation:subject');
    expect(idsOf(answer)).toEqual(['Observation/o1']);
    expect(idsOf(answer, 'include')).toEqual(['Patient/p1']);
  });

  it('is paged by links through all results', async () => {
    const found: string[] = [];
    let url: string | undefined = '/Patient?_count=2&_sort=-family';
    let pages = 0;
    while (url !== undefined) {
      const answer: Answer = await api.send(`GET ${url}`);
      found.push(...idsOf(answer));
      expect(linkOf(answer, 'first') !== undefined).toBe(pages++ > 0);
      url = linkOf(answer, 'next')?.slice(BASE.length);
    }
    expect(found).toEqual(['Patient/p5', 'Patient/p4', 'Patient/p3', 'Patient/p2', 'Patient/p1']);
    expect(pages).toBe(3);
  });

  it('has the count in effect in its self link', async () => {
    const answer = await api.send('GET /Patient?_count=100');
    expect(idsOf(answer)).toHaveLength(4);
    expect(linkOf(answer, 'self')).toBe(`${BASE}/Patient?_count=4`);
  });

  it.each(['_summary=count', '_count=0'])('with %s only counts', async (query) => {
    const json = (await api.send(`GET /Patient?${query}&gender=female`)).json();
    expect(json).toMatchObject({ total: 3 });
    expect(json.entry).toBeUndefined();
  });

  it('refuses what it does not know, naming what was meant', async () => {
    const answer = await api.send('GET /Patient?famly=x');
    expect(answer.status).toBe(400);
    expect(issueOf(answer)).toMatchObject({ code: 'not-supported', text: expect.stringContaining('"family"') });
  });

  it('reports what it does not know under lenient handling', async () => {
    const answer = await api.send('GET /Patient?famly=x&gender=male', undefined, { prefer: 'handling=lenient' });
    expect(answer.status).toBe(200);
    expect(linkOf(answer, 'self')).toBe(`${BASE}/Patient?gender=male`);
    const outcome = answer.json().entry.at(-1);
    expect(outcome.search.mode).toBe('outcome');
    expect(outcome.resource).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'warning' }] });
  });

  it.each([
    '_cursor=x',
    '_cursor=W10',
    '_count=x',
    '_summary=x',
    '_total=x',
    'birthdate=x',
    '%zz=1',
    '_summary=true&_summary=text',
  ])('with %s is 400', async (query) => {
    expect((await api.send(`GET /Patient?${query}`)).status).toBe(400);
  });

  it('does not show a value in an error', async () => {
    expect((await api.send('GET /Patient?birthdate=Secret')).text).not.toContain('Secret');
  });

  it('is pretty, and cut to elements: matches, not what they include', async () => {
    const answer = await api.send(
      'GET /Observation?_id=o1&_include=Observation:subject&_elements=subject&_pretty=true',
    );
    expect(answer.text).toContain('\n  "type": "searchset"');
    const [match, included] = answer.json().entry;
    expect(match.resource.subject).toEqual({ reference: 'Patient/p1' });
    expect(match.resource.meta.tag[0].code).toBe('SUBSETTED');
    expect(included.resource.name).toEqual([{ family: 'Fam1' }]);
  });
});

describe('a search by POST', () => {
  it('takes its parameters from URL and body, and links as a GET would', async () => {
    const answer = await api.send('POST /Patient/_search?gender=male', 'family=Fam2', FORM);
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(['Patient/p2']);
    expect(linkOf(answer, 'self')).toBe(`${BASE}/Patient?gender=male&family=Fam2`);
  });

  it('takes what is about the answer from the body, too', async () => {
    const answer = await api.send('POST /Patient/_search', '_pretty=true&_elements=gender&_id=p1', FORM);
    expect(answer.text).toContain('\n  "type"');
    expect(answer.json().entry[0].resource.name).toBeUndefined();
    expect((await api.send('POST /Patient/_search', '_format=xml', FORM)).status).toBe(406);
  });

  it('may have no body', async () => {
    expect((await api.send('POST /Patient/_search?gender=male')).status).toBe(200);
    expect((await api.send('POST /Patient/_search', '', FORM)).status).toBe(200);
  });

  it.each([
    ['application/fhir+json', '{}'],
    ['text/plain', 'gender=male'],
    ['application/x-www-form-urlencoded; charset=utf-16', 'gender=male'],
  ])('of %s is 415', async (contentType, body) => {
    expect((await api.send('POST /Patient/_search', body, { 'content-type': contentType })).status).toBe(415);
  });
});

describe('a search over types', () => {
  it('is at the base, with _type or without', async () => {
    expect(idsOf(await api.send('GET /?_type=Observation,Patient&_id=o1,p1'))).toEqual(
      expect.arrayContaining(['Observation/o1', 'Patient/p1']),
    );
    const answer = await api.send('GET ?_id=p1');
    expect(idsOf(answer)).toEqual(['Patient/p1']);
    expect(linkOf(answer, 'self')).toBe(`${BASE}?_id=p1`);
    expect(idsOf(await api.send('POST /_search', '_id=p1', FORM))).toEqual(['Patient/p1']);
  });
});

describe('a search in a compartment', () => {
  it.each([
    ['GET /Patient/p1/Observation', ['Observation/o1']],
    ['GET /Patient/p1/Observation?_id=o2', []],
    ['GET /Patient/p1/*?_type=Observation,Patient', ['Observation/o1', 'Patient/p1']],
    ['POST /Patient/p1/Observation/_search', ['Observation/o1']],
    ['POST /Patient/p1/_search', ['Observation/o1', 'Patient/p1']],
  ])('%s finds %j', async (line, ids) => {
    expect([...idsOf(await api.send(line))].sort()).toEqual(ids);
  });

  it('links to itself', async () => {
    expect(linkOf(await api.send('GET /Patient/p1/*'), 'self')).toBe(`${BASE}/Patient/p1/*`);
  });

  it("is 400 for a type that can't be in it", async () => {
    expect((await api.send('GET /Patient/p1/Location')).status).toBe(400);
  });
});
