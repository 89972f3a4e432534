import { describe, expect, it } from 'vitest';
import { handleBundle } from '../../../src/api/bundle/handle-bundle.ts';
import type { AuditPort } from '../../../src/audit/audit-port.ts';
import { issueOf, openApi, patient } from './api-fixture.ts';

/** An audit log that fails while `broken` says so. */
function fragile(broken: { ready: boolean; record: boolean }, how: 'throws' | 'rejects'): AuditPort {
  const fail = (is: boolean) => {
    if (!is) return how === 'throws' ? undefined : Promise.resolve();
    const error = new Error('no space left');
    if (how === 'throws') throw error;
    return Promise.reject(error);
  };
  return { ready: () => fail(broken.ready), record: () => fail(broken.record) };
}

describe.each(['throws', 'rejects'] as const)('when the audit log can not be written (it %s)', (how) => {
  function server(auditFailure?: 'refuse' | 'continue') {
    const broken = { ready: false, record: false };
    return { broken, api: openApi({ bundles: handleBundle, audit: fragile(broken, how), auditFailure }) };
  }

  it('withholds what was read', async () => {
    const { broken, api } = server();
    await api.send('PUT /Patient/p', patient({ id: 'p', gender: 'female' }));
    broken.record = true;
    const answer = await api.send('GET /Patient/p');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('female');
    expect(issueOf(answer)).toMatchObject({
      code: 'transient',
      text: expect.stringMatching(/audit log could not be written.*Nothing was changed, and the answer is withheld/),
    });
  });

  it.each([
    ['PUT /Patient/p', patient({ id: 'p' })],
    ['POST /Patient', patient()],
    ['DELETE /Patient/p', undefined],
    ['POST /', { resourceType: 'Bundle', type: 'batch' }],
  ])('says of %s that the change may have been made', async (line, body) => {
    const { broken, api } = server();
    broken.record = true;
    const answer = await api.send(line, body);
    expect(answer.status).toBe(503);
    expect(issueOf(answer).text).toContain('The change that it asks for may have been made.');
  });

  it('says of a write that was refused that nothing was changed', async () => {
    const { broken, api } = server();
    broken.record = true;
    expect(issueOf(await api.send('PUT /Patient/p', patient({ id: 'q' }))).text).toContain('Nothing was changed');
  });

  it('does nothing of a request that comes after that, until it works again', async () => {
    const { broken, api } = server();
    broken.ready = true;
    const refused = await api.send('PUT /Patient/p', patient({ id: 'p' }));
    expect(refused.status).toBe(503);
    expect(issueOf(refused).text).toContain('Nothing of this request was done.');
    expect(await api.store.read('Patient', 'p')).toBeUndefined();
    broken.ready = false;
    expect((await api.send('PUT /Patient/p', patient({ id: 'p' }))).status).toBe(201);
  });

  it('answers all the same when it is told to go on', async () => {
    const { broken, api } = server('continue');
    broken.ready = true;
    broken.record = true;
    expect((await api.send('PUT /Patient/p', patient({ id: 'p' }))).status).toBe(201);
    expect((await api.send('GET /Patient/p')).status).toBe(200);
  });

  it.each(['refuse', 'continue'] as const)('reports it once in a row of failures (%s)', async (auditFailure) => {
    const { broken, api } = server(auditFailure);
    broken.record = true;
    await api.send('GET /Patient/1');
    await api.send('GET /Patient/2');
    expect(api.reported.map(String)).toEqual(['Error: The audit log cannot be written.']);
    broken.record = false;
    await api.send('GET /Patient/1');
    broken.record = true;
    await api.send('GET /Patient/1');
    expect(api.reported).toHaveLength(2);
  });
});
