import { describe, expect, it } from 'vitest';
import { type Json, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf } from './bundle-fixture.ts';

const api = openBundleApi();
const put = (id: string, active: boolean) => entry(`PUT Patient/${id}`, patient({ id, active }));

describe('a batch goes in the order of the Bundle', () => {
  it('when it reads what it writes', async () => {
    const answer = await api.post('batch', [
      entry('GET Patient/o'),
      put('o', true),
      entry('GET Patient/o'),
      put('o', false),
      entry('HEAD Patient/o'),
      entry('GET Patient/o'),
      entry('DELETE Patient/o'),
      entry('GET Patient/o'),
    ]);
    expect(statusesOf(answer)).toEqual([404, 201, 200, 200, 200, 200, 204, 410]);
    const shown = answer.json().entry.map(({ resource }: Json) => resource?.active);
    expect(shown).toEqual([undefined, undefined, true, undefined, undefined, false, undefined, undefined]);
  });

  it('when it writes one resource many times', async () => {
    const many = Array.from({ length: 150 }, (_, i) => put('often', i % 2 === 0));
    const answer = await api.post('batch', many);
    const etags = answer.json().entry.map(({ response }: Json) => response.etag);
    expect(etags).toEqual(many.map((_, i) => `W/"${i + 1}"`));
  });

  it('when a condition is about what it writes', async () => {
    const identifier = [{ value: 'cond' }];
    const answer = await api.post('batch', [
      entry('POST Patient', patient({ identifier })),
      entry('POST Patient', patient({ identifier }), { ifNoneExist: 'identifier=cond' }),
      entry('PUT Patient?identifier=cond', patient({ identifier, active: true })),
      entry('DELETE Patient?identifier=cond'),
      entry('POST Patient', patient({ identifier }), { ifNoneExist: 'identifier=cond' }),
    ]);
    expect(statusesOf(answer)).toEqual([201, 200, 200, 204, 201]);
  });

  it('and creates one of many with the same condition', async () => {
    const create = entry('POST Patient', patient({ identifier: [{ value: 'one' }] }), {
      ifNoneExist: 'identifier=one',
    });
    const statuses = statusesOf(
      await api.post(
        'batch',
        Array.from({ length: 20 }, () => create),
      ),
    );
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 200)]);
  });
});

describe('an entry of a batch that fails', () => {
  it.each([
    ['no request', { resource: patient() }, 400, 'Bundle.entry[1].request'],
    ['no resource', entry('POST Patient'), 400, 'Bundle.entry[1]'],
    ['null for a resource', entry('POST Patient', null), 400, undefined],
    [
      'a fullUrl that is no string',
      { ...entry('POST Patient', patient()), fullUrl: 7 as never },
      400,
      'Bundle.entry[1].fullUrl',
    ],
    ['a URL of another server', entry('GET http://elsewhere.org/Patient/1'), 400, 'Bundle.entry[1].request'],
    [
      'a URL that begins like this server',
      entry('GET http://localhost/fhirX/Patient/1'),
      400,
      'Bundle.entry[1].request',
    ],
    ['PATCH', entry('PATCH Patient/1', {}), 400, 'Bundle.entry[1].request.method'],
    ['a method that a path does not take', entry('DELETE metadata'), 405, 'Bundle.entry[1].request'],
    [
      'a Bundle to be carried out',
      entry('POST /', { resourceType: 'Bundle', type: 'batch' }),
      400,
      'Bundle.entry[1].request',
    ],
    [
      'ifModifiedSince that is no time',
      entry('GET Patient', undefined, { ifModifiedSince: 'yesterday' }),
      400,
      'Bundle.entry[1].request.ifModifiedSince',
    ],
    ['a count of one resource', entry('GET Patient/ok?_summary=count'), 400, 'Bundle.entry[1].request'],
    ['a stale ifMatch', entry('PUT Patient/ok', patient({ id: 'ok' }), { ifMatch: 'W/"99"' }), 412, undefined],
  ])('fails alone: %s', async (_, failing, status, expression) => {
    const answer = await api.post('batch', [put('ok', true), failing, entry('GET Patient/ok')]);
    expect([answer.status, statusesOf(answer)[1], statusesOf(answer)[2]]).toEqual([200, status, 200]);
    const { outcome } = answer.json().entry[1].response;
    expect([outcome.resourceType, outcome.issue[0].expression?.[0]]).toEqual(['OperationOutcome', expression]);
    expect(api.reported).toEqual([]);
  });
});

it('a batch stores Binary, and a Bundle, as any other resource', async () => {
  const answer = await api.post('batch', [
    entry('POST Binary', { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVsbG8=' }),
    entry('POST Bundle', { resourceType: 'Bundle', type: 'collection' }),
    entry('POST Patient/_search'),
  ]);
  expect(statusesOf(answer)).toEqual([201, 201, 200]);
});
