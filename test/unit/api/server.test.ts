import { describe, expect, it } from 'vitest';
import { toFetch } from '../../../src/api/web-fetch.ts';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { FhirError } from '../../../src/fhir/operation-outcome.ts';
import { BASE, issueOf, openApi, patient } from './api-fixture.ts';

describe('the server', () => {
  it('answers its own errors by a 500 that tells nothing, and reports them', async () => {
    const error = new Error('secret inside');
    const api = openApi({ wrapStore: (store) => ({ ...store, read: () => Promise.reject(error) }) });
    const answer = await api.send('GET /Patient/a');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(issueOf(answer).code).toBe('exception');
    expect(api.reported).toEqual([error]);
  });

  it('routes, authenticates, authorizes, in that order, and records once around it all', async () => {
    const steps: string[] = [];
    const events: AuditEvent[] = [];
    const api = openApi({
      auth: {
        authenticate: ({ headers }) => {
          steps.push('authenticate');
          if (headers.authorization === undefined) throw new FhirError(401, 'login', 'Who?');
          return { id: 'u', roles: [] };
        },
        authorize: (caller, { name, type }) => {
          steps.push(`authorize ${caller.id} ${name} ${type}`);
          if (name === 'delete') throw new FhirError(403, 'forbidden', 'No.');
          return {};
        },
      },
      audit: { record: async (event) => void events.push(event) },
    });
    const headers = { authorization: 'x' };
    expect((await api.send('GET /Nothing/1', undefined, headers)).status).toBe(404);
    expect(steps).toEqual([]);
    expect((await api.send('GET /Patient/1')).status).toBe(401);
    expect((await api.send('GET /Patient/1', undefined, headers)).status).toBe(404);
    expect((await api.send('DELETE /Patient/1', undefined, headers)).status).toBe(403);
    expect(steps).toEqual([
      'authenticate',
      'authenticate',
      'authorize u read Patient',
      'authenticate',
      'authorize u delete Patient',
    ]);
    expect(events.map(({ status, user, interaction }) => [status, user?.id, interaction])).toEqual([
      [404, undefined, undefined],
      [401, undefined, 'read'],
      [404, 'u', 'read'],
      [403, 'u', 'delete'],
    ]);
  });

  it('keeps what may not be read out of searches and histories', async () => {
    const api = openApi({
      auth: {
        authenticate: () => ({ id: 'u', roles: [] }),
        authorize: () => ({ readable: (type) => type !== 'Patient' }),
      },
    });
    await api.send('PUT /Patient/a', patient({ id: 'a' }));
    expect((await api.send('GET /_history')).json().entry).toBeUndefined();
    expect((await api.send('GET /?_id=a')).json().entry).toBeUndefined();
  });

  it('names an operation that is not there', async () => {
    const answer = await openApi().send('GET /Patient/1/$everything');
    expect(answer.status).toBe(404);
    expect(issueOf(answer)).toMatchObject({ code: 'not-supported', text: expect.stringContaining('"$everything"') });
  });

  it('gives STU3 the codes that it has', async () => {
    const stu3 = openApi({ version: '3.0.1' });
    await stu3.send('PUT /Patient/a', patient({ id: 'a' }));
    await stu3.send('DELETE /Patient/a');
    const answer = await stu3.send('GET /Patient/a');
    expect(answer.status).toBe(410);
    expect(issueOf(answer).code).toBe('not-found');
  });

  it('writes errors as prettily as it was asked', async () => {
    expect((await openApi().send('GET /Patient/1?_pretty=true')).text).toContain('\n  "issue"');
  });
});

describe('toFetch', () => {
  const fetch = toFetch(openApi({ limits: { bodyBytes: 100 } }).server);

  it('answers a web Request by a web Response', async () => {
    const body = JSON.stringify(patient({ id: 'w' }));
    const created = await fetch(
      new Request(`${BASE}/Patient/w`, {
        method: 'PUT',
        body,
        headers: { 'Content-Type': 'application/json', Prefer: 'return=minimal' },
      }),
    );
    expect([created.status, await created.text()]).toEqual([201, '']);
    const read = await fetch(new Request(`${BASE}/Patient/w?_pretty=false`));
    expect(read.headers.get('etag')).toBe('W/"1"');
    expect(await read.json()).toMatchObject({ id: 'w' });
  });

  it('has no body where HTTP has none', async () => {
    expect((await fetch(new Request(`${BASE}/Patient/w`, { method: 'DELETE' }))).status).toBe(204);
  });

  it('refuses a body that is too large', async () => {
    const response = await fetch(new Request(`${BASE}/Patient`, { method: 'POST', body: Buffer.alloc(101) }));
    expect(response.status).toBe(413);
  });
});
