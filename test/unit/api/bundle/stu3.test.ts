import { describe, expect, it } from 'vitest';
import { BASE, issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, urn } from './bundle-fixture.ts';

const api = openBundleApi({ version: '3.0.1' });
const named = (value: string, more: object = {}) => patient({ identifier: [{ value }], ...more });
const OID = 'urn:oid:1.2.3.4';

describe('a transaction of STU3', () => {
  it('is processed in the order of the verbs, and answered in that of the request', async () => {
    await api.send('PUT /Patient/old', patient({ id: 'old' }));
    const answer = await api.post('transaction', [
      entry('GET Patient?identifier=order'),
      entry('PUT Patient/new', named('order', { id: 'new' })),
      entry('POST Patient', named('order')),
      entry('DELETE Patient/old'),
    ]);
    expect(statusesOf(answer)).toEqual([200, 201, 201, 204]);
    expect(answer.json().entry[0].resource.entry).toHaveLength(2);
    expect(answer.json().entry[1].response.location).toBe(`${BASE}/Patient/new/_history/1`);
  });

  it('rewrites references, URIs, lists of them and narratives', async () => {
    const [target, holder] = await api.written(
      entry('POST Questionnaire', { resourceType: 'Questionnaire', status: 'draft' }, {}, OID),
      entry(
        'POST QuestionnaireResponse',
        {
          resourceType: 'QuestionnaireResponse',
          meta: { profile: [OID, 'http://other'] },
          questionnaire: { reference: OID },
          identifier: { system: 'urn:ietf:rfc:3986', value: OID },
          text: { status: 'generated', div: `<div><img src="${OID}"/></div>` },
          extension: [{ url: 'http://x', valueUri: `${OID}#1` }],
        },
        {},
        urn(2),
      ),
    );
    const place = `Questionnaire/${target.id}`;
    expect(holder).toMatchObject({
      meta: { profile: [place, 'http://other'] },
      questionnaire: { reference: place },
      identifier: { value: OID },
      text: { div: `<div><img src="${place}"/></div>` },
      extension: [{ valueUri: `${place}#1` }],
    });
  });

  it('creates, updates, deletes and refers by condition', async () => {
    await api.send('PUT /Patient/u', named('u', { id: 'u' }));
    await api.send('PUT /Patient/d', named('d', { id: 'd' }));
    const [created, updated, deleted, holder] = await api.written(
      entry('POST Patient', named('c'), { ifNoneExist: 'identifier=c' }),
      entry('PUT Patient?identifier=u', named('u')),
      entry('DELETE Patient?identifier=d'),
      entry('POST Observation', {
        resourceType: 'Observation',
        subject: { reference: 'Patient?identifier=u' },
        performer: [{ reference: 'Patient?identifier=c' }],
      }),
    );
    expect([updated.id, updated.meta.versionId, deleted]).toEqual(['u', '2', undefined]);
    expect(holder.subject.reference).toBe('Patient/u');
    expect(holder.performer[0].reference).toBe(`Patient/${created.id}`);
  });

  it('tells of several matches with a code that STU3 has', async () => {
    for (const id of ['m1', 'm2']) await api.send(`PUT /Patient/${id}`, named('m', { id }));
    const several = entry('POST Patient', named('m'), { ifNoneExist: 'identifier=m' });
    const answer = await api.post('transaction', [several]);
    expect([answer.status, issueOf(answer).code]).toEqual([412, 'duplicate']);
    const [{ response }] = (await api.post('batch', [several])).json().entry;
    expect(response.outcome.issue[0].code).toBe('duplicate');
  });

  it('knows no type of R4 alone', async () => {
    const answer = await api.post('transaction', [entry('POST ServiceRequest', { resourceType: 'ServiceRequest' })]);
    expect([answer.status, issueOf(answer).expression]).toEqual([404, 'Bundle.entry[0].request']);
  });
});
