import { beforeAll, describe, expect, it } from 'vitest';
import { issueOf, openApi, patient } from './api-fixture.ts';

const api = openApi();
const stu3 = openApi({ version: '3.0.1' });

beforeAll(async () => {
  for (const { send } of [api, stu3]) await send('PUT /Patient/a', patient({ id: 'a' }));
});

const FHIR = 'application/fhir+json; charset=utf-8';
const PLAIN = 'application/json; charset=utf-8';

describe('Accept', () => {
  it.each([
    ['*/*', FHIR],
    ['', FHIR],
    ['application/*', FHIR],
    ['application/fhir+json', FHIR],
    ['application/json', PLAIN],
    ['text/json', PLAIN],
    ['application/json+fhir', FHIR],
    ['Application/FHIR+JSON', FHIR],
    ['application/fhir+json; fhirVersion=4.0', FHIR],
    ['application/fhir+json;fhirVersion="4.0.1"', FHIR],
    ['application/fhir+xml, application/json;q=0.5', PLAIN],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', FHIR],
    ['application/json;q=0.4, application/fhir+json;q=0.9', FHIR],
    ['application/json, application/fhir+json', PLAIN],
  ])('%s is answered by %s', async (accept, contentType) => {
    const answer = await api.send('GET /Patient/a', undefined, { accept });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': contentType } });
  });

  it.each([
    'application/fhir+xml',
    'text/turtle',
    'text/html',
    'application/fhir+json;q=0',
    'application/fhir+json;q=two',
    'application/fhir+json; fhirVersion=3.0',
    'nonsense',
    ',',
  ])('%s is 406, with an outcome in JSON', async (accept) => {
    const answer = await api.send('GET /Patient/a', undefined, { accept });
    expect(answer.status).toBe(406);
    expect(answer.headers['content-type']).toBe(FHIR);
    expect(issueOf(answer).text).toContain('application/fhir+json');
  });

  it('fhirVersion=3.0 is for a server of STU3', async () => {
    expect(
      (await stu3.send('GET /Patient/a', undefined, { accept: 'application/fhir+json;fhirVersion=3.0' })).status,
    ).toBe(200);
    expect(
      (await stu3.send('GET /Patient/a', undefined, { accept: 'application/fhir+json;fhirVersion=4.0' })).status,
    ).toBe(406);
  });
});

describe('_format', () => {
  it.each([
    ['json', 200],
    ['application/json', 200],
    ['application/fhir%2Bjson', 200],
    ['application/fhir+json', 200],
    ['text/json', 200],
    ['xml', 406],
    ['application/fhir+xml', 406],
    ['ttl', 406],
    ['html', 406],
    ['', 406],
  ])('%s is %i, whatever Accept says', async (format, status) => {
    const accept = status === 200 ? 'application/fhir+xml' : 'application/fhir+json';
    expect((await api.send(`GET /Patient/a?_format=${format}`, undefined, { accept })).status).toBe(status);
  });
});

describe('Content-Type', () => {
  it.each([
    ['application/fhir+json', 200],
    ['application/json', 200],
    ['text/json', 200],
    ['application/fhir+json; charset=UTF-8', 200],
    ['application/fhir+json; fhirVersion=4.0; charset="utf-8"', 200],
    ['', 200],
    ['application/fhir+xml', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/fhir+json; charset=iso-8859-1', 415],
    ['application/fhir+json; fhirVersion=3.0', 415],
    ['nonsense', 415],
  ])('%s is %i', async (contentType, status) => {
    const answer = await api.send('PUT /Patient/a', patient({ id: 'a' }), { 'content-type': contentType });
    expect(answer.status).toBe(status);
  });

  it('may be missing', async () => {
    expect((await api.send('PUT /Patient/a', patient({ id: 'a' }))).status).toBe(200);
  });

  it.each(['gzip', 'br'])('with Content-Encoding %s is 415', async (encoding) => {
    expect((await api.send('PUT /Patient/a', 'x', { 'content-encoding': encoding })).status).toBe(415);
  });
});
