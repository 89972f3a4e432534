import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, bundle, openWorld, type World } from './authorization-world.ts';

/** Types of each kind: seen by one role, by the other, by practitioners alone. */
const TYPES = ['Patient', 'Claim', 'InsurancePlan', 'Observation', 'Binary', 'AuditEvent'];

/** What a request that only looks may be about, by role. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  practitioner: TYPES,
  'non-practitioner': ['Claim', 'InsurancePlan'],
  auditor: ['Patient'],
  'non-practitioner,auditor': ['Patient', 'Claim', 'InsurancePlan'],
  'practitioner,auditor': TYPES,
  '': [],
  Practitioner: [],
};

const looks = (type: string): readonly (readonly [name: string, asked: Asked])[] => [
  ['read', { line: `GET /${type}/1` }],
  ['read by HEAD', { line: `HEAD /${type}/1` }],
  ['read of what is not there', { line: `GET /${type}/nowhere` }],
  ['vread', { line: `GET /${type}/1/_history/1` }],
  ['history-instance', { line: `GET /${type}/1/_history` }],
  ['history-type', { line: `GET /${type}/_history` }],
  ['search-type', { line: `GET /${type}` }],
  ['search-type by POST', { line: `POST /${type}/_search` }],
  ['search-system', { line: `GET /?_type=${type}` }],
  ['read with a trailing slash', { line: `GET /${type}/1/` }],
  ['read with an encoded path', { line: `GET /%${type.charCodeAt(0).toString(16)}${type.slice(1)}/1` }],
];

const changes = (type: string): readonly (readonly [name: string, asked: Asked])[] => {
  const body = { resourceType: type };
  return [
    ['create', { line: `POST /${type}`, body }],
    ['conditional create', { line: `POST /${type}`, body, headers: { 'if-none-exist': '_id=1' } }],
    ['update', { line: `PUT /${type}/1`, body: { ...body, id: '1' } }],
    ['update of what is not there', { line: `PUT /${type}/new`, body: { ...body, id: 'new' } }],
    ['conditional update', { line: `PUT /${type}?_id=1`, body }],
    ['delete', { line: `DELETE /${type}/1` }],
    ['conditional delete', { line: `DELETE /${type}?_id=1` }],
    ['operation', { line: `GET /${type}/$anything` }],
    ['operation of one', { line: `POST /${type}/1/$anything` }],
  ];
};

const CASES = TYPES.flatMap((type) => [
  ...looks(type).map(([name, asked]) => ({ type, name, asked, kind: 'look' as const })),
  ...changes(type).map(([name, asked]) => ({ type, name, asked, kind: 'change' as const })),
]);

/** As an entry of a Bundle. */
function asEntry({ line, body, headers }: Asked): readonly [string, object | undefined, object] {
  const ifNoneExist = headers?.['if-none-exist'];
  return [line.replace(' /', ' '), body as object | undefined, ifNoneExist === undefined ? {} : { ifNoneExist }];
}

/** Entries can't be of these kinds. */
const isEntry = ({ line }: Asked) => !line.includes('_search') && !line.includes('$');

describe.each(Object.entries(SEEN))('%s', (names, seen) => {
  const roles = names.split(',');
  const may = (kind: 'look' | 'change', type: string) =>
    kind === 'look' ? seen.includes(type) : roles.includes('practitioner');
  const stored = TYPES.map((resourceType) => ({ resourceType, id: '1' }));
  let world: World;
  beforeAll(async () => {
    world = await openWorld(stored);
  });
  afterAll(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });

  it.each(CASES)('$name of $type', async ({ type, kind, asked }) => {
    const { status, text } = await world.ask(roles, asked);
    expect(status === 403).toBe(!may(kind, type));
    if (status !== 403 || asked.line.startsWith('HEAD')) return;
    expect(JSON.parse(text)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'forbidden' }] });
  });

  it.each(CASES.filter(({ asked }) => isEntry(asked)))('$name of $type in a batch', async ({ type, kind, asked }) => {
    const answer = await world.ask(roles, { line: 'POST /', body: bundle('batch', asEntry(asked)) });
    if (seen.length === 0) {
      expect(answer.status).toBe(403);
      return;
    }
    const [entry] = JSON.parse(answer.text).entry;
    expect([answer.status, entry.response.status.startsWith('403')]).toEqual([200, !may(kind, type)]);
  });

  it.each(CASES.filter(({ asked }) => isEntry(asked)))('$name of $type in a transaction', async ({ asked }) => {
    const answer = await world.ask(roles, { line: 'POST /', body: bundle('transaction', asEntry(asked)) });
    expect(answer.status === 403).toBe(!roles.includes('practitioner'));
  });

  it('may do a transaction of nothing, or of what is about no type, no more than another one', async () => {
    for (const body of [
      bundle('transaction'),
      bundle('transaction', ['GET metadata']),
      bundle('transaction', ['GET _history']),
    ]) {
      const { status } = await world.ask(roles, { line: 'POST /', body });
      expect(status).toBe(roles.includes('practitioner') ? 200 : 403);
    }
  });

  it.each(['/', '/_history', '/Patient/1/*'])('sees of %s what it may', async (url) => {
    const fresh = await openWorld(stored);
    const { status, text } = await fresh.ask(roles, { line: `GET ${url}?_count=1000` });
    await fresh.close();
    if (seen.length === 0) {
      expect(status).toBe(403);
      return;
    }
    const types = JSON.parse(text).entry?.map(({ fullUrl }: { fullUrl: string }) => fullUrl.split('/').at(-2)) ?? [];
    expect(types.filter((type: string) => !seen.includes(type))).toEqual([]);
    expect(types.length > 0).toBe(url !== '/Patient/1/*' || seen.includes('Patient'));
  });

  it('may ask what the server can do', async () => {
    expect((await world.ask(roles, { line: 'GET /metadata' })).status).toBe(200);
  });
});
