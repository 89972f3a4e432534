import { describe, expect, it } from 'vitest';
import { issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, type TestEntry } from './bundle-fixture.ts';

describe.each(['4.0.1', '3.0.1'] as const)('what is posted to the base (%s)', (version) => {
  const api = openBundleApi({ version });

  it.each<[string, unknown, string | undefined]>([
    ['another resource', patient(), 'resourceType'],
    ['no resource', {}, 'resourceType'],
    ['a Bundle without a type', { resourceType: 'Bundle', entry: [] }, 'Bundle.type'],
    ...['document', 'message', 'collection', 'searchset', 'history', 'batch-response', 'transaction-response'].map(
      (type): [string, unknown, string] => [`a ${type}`, { resourceType: 'Bundle', type, entry: [] }, 'Bundle.type'],
    ),
    ['an object for entries', { resourceType: 'Bundle', type: 'batch', entry: {} }, 'Bundle.entry'],
    ['null for entries', { resourceType: 'Bundle', type: 'transaction', entry: null }, 'Bundle.entry'],
    ['text for entries', { resourceType: 'Bundle', type: 'transaction', entry: 'entry' }, 'Bundle.entry'],
    ['broken JSON', '{"resourceType":"Bundle","type":"batch",}', undefined],
    ['nothing', '', undefined],
  ])('is refused when it is %s', async (_, body, expression) => {
    const answer = await api.send('POST /', body);
    expect([answer.status, issueOf(answer).expression]).toEqual([400, expression]);
  });

  it.each(['batch', 'transaction'])('may be a %s without entries', async (type) => {
    for (const entries of [undefined, []]) {
      const answer = await api.send('POST /', { resourceType: 'Bundle', type, entry: entries });
      expect([answer.status, answer.json().type]).toEqual([200, `${type}-response`]);
      expect(answer.json()).not.toHaveProperty('entry');
    }
  });

  it('is not XML', async () => {
    const answer = await api.send('POST /', '<Bundle/>', { 'content-type': 'application/fhir+xml' });
    expect(answer.status).toBe(415);
  });

  it('is answered prettily when asked to, with all digits', async () => {
    const observation = '{"resourceType":"Observation","id":"d","valueQuantity":{"value":1.50}}';
    const entries = `[{"request":{"method":"PUT","url":"Observation/d"},"resource":${observation}}]`;
    for (const type of ['batch', 'transaction']) {
      const text = `{"resourceType":"Bundle","type":"${type}","entry":${entries}}`;
      const answer = await api.send('POST /?_pretty=true', text, { prefer: 'return=representation' });
      expect(answer.text).toMatch(/\n +"value": 1\.50\n/);
    }
  });
});

describe('faults of several entries', () => {
  const api = openBundleApi();
  const malformed = entry('NONSENSE Patient');
  const wrong = entry('PUT Patient/a', patient({ id: 'b' }));
  const stale = entry('DELETE Patient/a', undefined, { ifMatch: 'W/"7"' });
  const fine = entry('POST Patient', patient());

  it.each<[string, readonly TestEntry[], number, string]>([
    ['the first of one kind', [fine, wrong, wrong], 400, 'Bundle.entry[1].resource.id'],
    ['what can not be understood, first', [wrong, fine, malformed], 400, 'Bundle.entry[2].request.method'],
    ['then what is processed first: deletes', [wrong, stale], 412, 'Bundle.entry[1]'],
  ])('are told by %s', async (_, entries, status, expression) => {
    const answer = await api.post('transaction', entries);
    expect([answer.status, issueOf(answer).expression]).toEqual([status, expression]);
    expect((await api.send('GET /Patient?_summary=count')).json().total).toBe(0);
  });
});

describe('the URL of an entry may say how it is answered', () => {
  const api = openBundleApi();
  const full = patient({ id: 'f', active: true, photo: [{ title: 'p' }], name: [{ family: 'F' }] });

  it.each([
    ['Patient/f?_summary=true', 200, ['active', 'name']],
    ['Patient/f?_summary=data&_pretty=true', 200, ['active', 'photo', 'name']],
    ['Patient/f?_elements=active', 200, ['active']],
    ['Patient/f?_format=json', 200, ['active', 'photo', 'name']],
    ['Patient/f?_format=application%2Ffhir%2Bjson', 200, ['active', 'photo', 'name']],
    ['Patient/f?_format=xml', 406, []],
    ['Patient/f?_summary=count', 400, []],
    ['Patient/f?_summary=nonsense', 400, []],
  ])('%s', async (url, status, elements) => {
    await api.send('PUT /Patient/f', full);
    const answer = await api.post('batch', [entry(`GET ${url}`)]);
    expect(statusesOf(answer)).toEqual([status]);
    const { resource = {} } = answer.json().entry[0];
    expect(Object.keys(resource).filter((name) => !['resourceType', 'id', 'meta'].includes(name))).toEqual(elements);
  });

  it('when it writes too', async () => {
    const entries = [entry('PUT Patient/f?_summary=true', full), entry('POST Patient?_pretty=true', full)];
    for (const type of ['batch', 'transaction']) {
      const answer = await api.post(type, entries, { prefer: 'return=representation' });
      const [summary, pretty] = answer.json().entry;
      expect(summary.resource).not.toHaveProperty('photo');
      expect(pretty.resource).toHaveProperty('photo');
    }
    expect((await api.send('GET /Patient/f')).json()).toHaveProperty('photo');
  });

  it('and how much of a search', async () => {
    await api.send('PUT /Patient/f', full);
    const [count, page] = await api.done(
      entry('GET Patient?family=f&_summary=count'),
      entry('GET Patient?_count=1&_sort=_id'),
    );
    expect(count.resource).toMatchObject({ type: 'searchset', total: expect.any(Number) });
    expect(count.resource).not.toHaveProperty('entry');
    expect(page.resource.entry).toHaveLength(1);
  });
});
