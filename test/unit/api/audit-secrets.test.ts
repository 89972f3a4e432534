import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handleBundle } from '../../../src/api/bundle/handle-bundle.ts';
import { FhirError } from '../../../src/fhir/operation-outcome.ts';
import { openAuditLog } from '../../../src/local/audit-log/open-audit-log.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { openApi, patient } from './api-fixture.ts';

/** Planted everywhere: no byte of the log may have them, in whatever case or encoding. */
const SECRETS = ['zq-api-key', 'zq-token', 'zq-password', 'zq-lindqvist', 'zq-diagnosis', 'zq-file'];
const [KEY, TOKEN, PASSWORD, NAME, DIAGNOSIS, FILE] = SECRETS;

const HEADERS = {
  'x-api-key': `${KEY}`,
  authorization: `Bearer ${TOKEN}`,
  cookie: `session=${TOKEN}`,
  'user-agent': `${NAME}`,
  referer: `https://x/?name=${NAME}`,
};

const body = patient({ id: 'p', name: [{ family: NAME }], text: { div: `see Patient/${NAME} or "Patient/${NAME}` } });
const bundle = (type: string) => ({
  resourceType: 'Bundle',
  type,
  entry: [
    { request: { method: 'PUT', url: 'Patient/p' }, resource: body },
    {
      request: { method: 'PUT', url: `Patient?identifier=${PASSWORD}` },
      resource: patient({ name: [{ family: NAME }] }),
    },
    { request: { method: 'GET', url: `Patient?name=${NAME}` } },
    { request: { method: 'POST', url: 'Patient', ifNoneExist: `family=${NAME}` }, resource: body },
  ],
});

/** Requests as they are made and mistyped, by people and by programs. */
const REQUESTS: readonly (readonly [line: string, body?: unknown, headers?: Readonly<Record<string, string>>])[] = [
  ['PUT /Patient/p', body],
  ['GET /Patient/p'],
  [`GET /Patient/p?access_token=${TOKEN}`],
  [`GET /Patient?name=${NAME}&_format=json`],
  [`GET /Patient?${NAME}`],
  [`GET /Patient?${NAME}=1&${encodeURIComponent(`a b=${NAME}`)}=2`],
  [`GET /Observation?subject.${NAME}=1&subject:${NAME}=2`, undefined, { prefer: 'handling=lenient' }],
  [`GET /Patient?name:${NAME}=1`],
  [`GET /Patient?_filter=family%20eq%20${NAME}`],
  [`GET /Patient/_history?_since=${NAME}`],
  [`GET /Patient/p/_history/${NAME}`],
  [`GET /Patient/${NAME}%20Anna`],
  [`GET /Patient/${NAME}/_history/1/2`],
  [`GET /${NAME}`],
  [`GET /${NAME}/${NAME}?x=${NAME}`],
  [`GET /patients/byname/${NAME}`],
  [`GET /$${NAME}`],
  [`POST /Patient/$${NAME}`],
  [`GET /Patient?name=%${NAME}`],
  [`GET /metadata?mode=${NAME}`],
  [
    `POST /Patient/_search`,
    `name=${NAME}&password=${PASSWORD}`,
    { 'content-type': 'application/x-www-form-urlencoded' },
  ],
  ['POST /Patient', body, { 'if-none-exist': `family=${NAME}` }],
  [`PUT /Patient?family=${NAME}`, body],
  [`DELETE /Patient?family=${NAME}`],
  ['POST /Patient', `{"resourceType":"Patient", ${NAME}`],
  ['POST /Patient', { resourceType: NAME }],
  ['PUT /Observation/o', { resourceType: 'Observation', id: 'o', status: 'final', code: { text: DIAGNOSIS } }],
  [
    'POST /Binary',
    { resourceType: 'Binary', contentType: 'text/plain', data: Buffer.from(`${FILE}`).toString('base64') },
  ],
  ['POST /', bundle('batch')],
  ['POST /', bundle('transaction')],
  ['POST /', { resourceType: 'Bundle', type: NAME }],
  ['DELETE /Patient/p', undefined, { 'if-match': `${NAME}` }],
  ['DELETE /Patient/p'],
];

describe('no byte of the audit log', () => {
  it.each([
    { who: 'a user', status: undefined },
    { who: 'nobody', status: 401 },
    { who: 'a user who may not', status: 403 },
  ])('holds a name, key, token, password or content that $who sends', async ({ status }) => {
    const folder = temporaryFolder();
    const log = openAuditLog(folder, { report: () => {} });
    onTestFinished(() => log.close());
    const refuse = () => {
      throw new FhirError(status ?? 500, 'forbidden', `No: ${TOKEN}`);
    };
    const api = openApi({
      bundles: handleBundle,
      audit: log,
      auth: {
        authenticate: () => (status === 401 ? refuse() : { id: 'u', name: 'ann', roles: ['r'] }),
        authorize: () => (status === 403 ? refuse() : {}),
      },
    });
    for (const [line, content, headers] of REQUESTS) await api.send(line, content, { ...HEADERS, ...headers });
    const text = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(text.split('\n')).toHaveLength(REQUESTS.length + 1);
    expect(SECRETS.filter((secret) => text.toLowerCase().includes(secret))).toEqual([]);
    for (const secret of SECRETS) {
      for (const encoding of ['base64', 'hex'] as const)
        expect(text).not.toContain(Buffer.from(secret).toString(encoding));
    }
    // It is the log of these requests all the same.
    expect(text).toContain('"type":"Patient","id":"p"');
  });
});
