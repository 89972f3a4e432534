import { expect, it } from 'vitest';
import { handleBundle } from '../../../../src/api/bundle/handle-bundle.ts';
import { openApi, patient } from '../api-fixture.ts';

const api = openApi({ bundles: handleBundle });

it('carries out each entry of a batch by itself, with an outcome of its own', async () => {
  const answer = await api.send('POST /', {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      { resource: patient({ id: 'a' }), request: { method: 'PUT', url: 'Patient/a' } },
      { resource: patient({ id: 'wrong' }), request: { method: 'PUT', url: 'Patient/b' } },
      { request: { method: 'GET', url: 'Patient/missing' } },
      { request: { method: 'GET', url: 'Pateint/a' } },
      null,
      { request: { method: 'GET', url: 'Patient?_id=a' } },
      { request: { method: 'DELETE', url: 'Patient/none' } },
    ],
  });
  const { type, entry } = answer.json();
  expect([answer.status, type]).toEqual([200, 'batch-response']);
  expect(entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3))).toEqual([
    '201',
    '400',
    '404',
    '404',
    '400',
    '200',
    '204',
  ]);
  expect(entry[1].response.outcome.issue[0].expression).toEqual(['Patient.id']);
  expect(entry[5].resource.type).toBe('searchset');
  expect(api.reported).toEqual([]);
});

it('does as many as there are', async () => {
  const entry = Array.from({ length: 500 }, (_, i) => ({
    resource: patient({ id: `n${i}` }),
    request: { method: 'PUT', url: `Patient/n${i}` },
  }));
  const answer = await api.send('POST /', { resourceType: 'Bundle', type: 'batch', entry });
  expect(answer.json().entry).toHaveLength(500);
  expect((await api.send('GET /Patient?_summary=count&_id:not=x')).json().total).toBeGreaterThanOrEqual(500);
});

it.each(['4.0.1', '3.0.1'] as const)('is empty when there is nothing to do (%s)', async (version) => {
  const empty = openApi({ bundles: handleBundle, version });
  const answer = await empty.send('POST /', { resourceType: 'Bundle', type: 'batch' });
  expect([answer.status, answer.json().type]).toEqual([200, 'batch-response']);
});
