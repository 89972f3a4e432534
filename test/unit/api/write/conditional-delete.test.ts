import { describe, expect, it } from 'vitest';
import { issueOf, openApi, patient } from '../api-fixture.ts';
import { entry, openBundleApi } from '../bundle/bundle-fixture.ts';

const swept = (id: string, more: object = {}) => patient({ id, name: [{ family: 'Sweep' }], ...more });

describe('a conditional delete with If-Match', () => {
  it.each([
    ['of the version that matches', 'W/"2"', 204],
    ['of one of several versions', 'W/"1", W/"2"', 204],
    ['of anything', '*', 204],
    ['of another version', 'W/"1"', 412],
    ['that is no entity tag', 'two', 400],
  ])('%s', async (_, ifMatch, status) => {
    const api = openApi();
    await api.send('PUT /Patient/a', swept('a'));
    await api.send('PUT /Patient/a', swept('a', { active: true }));
    const answer = await api.send('DELETE /Patient?family=Sweep', undefined, { 'if-match': ifMatch });
    expect(answer.status).toBe(status);
    expect((await api.send('GET /Patient/a')).status).toBe(status === 204 ? 410 : 200);
  });

  it('deletes all or, where one is of another version, none', async () => {
    const api = openApi();
    await api.send('PUT /Patient/a', swept('a'));
    await api.send('PUT /Patient/b', swept('b'));
    await api.send('PUT /Patient/b', swept('b', { active: true }));
    const answer = await api.send('DELETE /Patient?family=Sweep', undefined, { 'if-match': 'W/"1"' });
    expect([answer.status, issueOf(answer).code]).toEqual([412, 'conflict']);
    expect((await api.send('GET /Patient?_summary=count')).json().total).toBe(2);
  });

  it('is 412 where nothing matches', async () => {
    const answer = await openApi().send('DELETE /Patient?family=Sweep', undefined, { 'if-match': '*' });
    expect(answer.status).toBe(412);
  });
});

it.each(['batch', 'transaction'])('ifMatch of a conditional delete holds in a %s', async (type) => {
  const api = openBundleApi();
  await api.send('PUT /Patient/a', swept('a'));
  const answer = await api.post(type, [entry('DELETE Patient?family=Sweep', undefined, { ifMatch: 'W/"7"' })]);
  const status = type === 'batch' ? answer.json().entry[0].response.status : String(answer.status);
  expect(status).toMatch(/^412/);
  expect((await api.send('GET /Patient/a')).status).toBe(200);
});
