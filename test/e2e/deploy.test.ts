import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesFolder, gunzipFile, NEEDS_EXAMPLES } from '../conformance/examples-folder.ts';
import { openTestApi, type TestApi } from '../conformance/test-api.ts';
import { engineUrl } from '../engines/engines.ts';
import { canStartEngine } from '../engines/restartable.ts';
import { type EmulatedAccount, openEmulatedAccount } from './emulated-account.ts';

const PASSWORD = 'Correct-Horse-42!';
const search = engineUrl('opensearch');
const examples = examplesFolder();

interface Deployed {
  readonly url: string;
  readonly apiKey: string;
}

/** Each begins where the one before has ended, as an admin does. */
describe.skipIf(search === undefined || !canStartEngine('aws'))('a stage on AWS', { timeout: 240_000 }, () => {
  let account: EmulatedAccount;
  let before: Awaited<ReturnType<EmulatedAccount['inventory']>>;
  let dev: Deployed;
  let token: string;
  /** What is in OpenSearch outlives the account: each run has names of its own. */
  const stage = `t${Date.now().toString(36)}`;

  beforeAll(async () => {
    account = await openEmulatedAccount(search ?? '');
    account.configure({});
  });
  afterAll(() => account?.close());

  async function run(typed: string, stdin?: string) {
    const ended = await account.fwoa(typed, stdin);
    if (ended.code !== 0) throw new Error(`fwoa ${typed} ended with ${ended.code}: ${ended.out}${ended.err}`);
    return ended.out;
  }
  const ask = (path: string, init: RequestInit & { readonly key?: string; readonly token?: string } = {}) => {
    const { key = dev.apiKey, token: bearer = token, ...rest } = init;
    const headers = new Headers(rest.headers);
    headers.set('content-type', 'application/fhir+json');
    if (key !== '') headers.set('x-api-key', key);
    if (bearer !== '') headers.set('authorization', `Bearer ${bearer}`);
    return fetch(`${dev.url}${path}`, { ...rest, headers });
  };
  const json = async (answer: Promise<Response>) => (await (await answer).json()) as { readonly total?: number };
  const put = (id: string, family: string, key?: string) =>
    ask(`/Patient/${id}`, {
      method: 'PUT',
      body: JSON.stringify({ resourceType: 'Patient', id, name: [{ family }] }),
      ...(key !== undefined && { key }),
    });

  it('is shown before anything is made', async () => {
    const empty = await account.inventory();
    const { out, err } = await account.fwoa(`deploy --stage ${stage} --dry-run`);
    expect(out).toBe('Nothing was changed.\n');
    expect(err).toMatch(/\d+ resources to be made: .*DynamoDB Table/);
    expect(err).toMatch(/About \$[\d.]+ a month, and \$[\d.]+ for a million requests/);
    expect(err).toMatch(/Allow .*dynamodb:PutItem/);
    expect(await account.inventory()).toEqual(empty);
    expect(await account.fwoa(`deploy --stage ${stage}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
    expect(await account.inventory()).toEqual(empty);
  });

  it('is made by one command, which says how to reach it', async () => {
    dev = JSON.parse(await run(`deploy --stage ${stage} --yes --json`)) as Deployed;
    expect(dev).toMatchObject({ stage, preset: 'dev', fhirVersion: '4.0.1', region: 'eu-central-1' });
    const metadata = await ask('/metadata', { key: '', token: '' });
    expect(await metadata.json()).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    // All that later stages find there; the stage itself is taken away below.
    before = await account.inventory();
  });

  it('lets in who has a key and a token, and nobody else', async () => {
    await run(`add-user ada --role practitioner --stage ${stage}`, `${PASSWORD}\n`);
    token = (await run(`token --user ada --stage ${stage}`, `${PASSWORD}\n`)).trim();
    const tampered = `${token.slice(0, -5)}${token.slice(-5) === 'AAAAA' ? 'BBBBB' : 'AAAAA'}`;
    const status = async (key: string, bearer: string) => (await ask('/Patient', { key, token: bearer })).status;
    expect([
      await status('', token),
      await status('wrong', token),
      await status(dev.apiKey, ''),
      await status(dev.apiKey, 'x.y.z'),
      await status(dev.apiKey, tampered),
      await status(dev.apiKey, token),
    ]).toEqual([403, 403, 401, 401, 401, 200]);
    expect(await (await ask('/Patient', { key: '' })).json()).toMatchObject({ resourceType: 'OperationOutcome' });
    const wrong = await account.fwoa(`token --user ada --stage ${stage}`, 'Wrong-Horse-42!\n');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('wrong') });
  });

  it('creates, reads, updates, searches, deletes, and shows the history', async () => {
    expect((await put('ada', 'Byron')).status).toBe(201);
    expect((await put('ada', 'Lovelace')).status).toBe(200);
    expect(await (await ask('/Patient/ada')).json()).toMatchObject({ meta: { versionId: '2' } });
    const found = async (name: string) => (await json(ask(`/Patient?name=${name}`))).total;
    for (let tries = 0; tries < 40 && (await found('lovelace')) !== 1; tries++) await sleep(250);
    expect([await found('lovelace'), await found('byron')]).toEqual([1, 0]);
    expect((await json(ask('/Patient/ada/_history'))).total).toBe(2);
    expect((await ask('/Patient/ada', { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/Patient/ada')).status).toBe(410);
    expect((await ask('/Patient/ada', { method: 'PUT', body: '{"resourceType":"Patient"' })).status).toBe(400);
  });

  it('tells how it is', async () => {
    const status = JSON.parse(await run(`status --json --stage ${stage}`)) as object;
    expect(status).toMatchObject({
      stage,
      url: dev.url,
      healthy: true,
      answer: { status: 200 },
      alarms: [],
      setAside: 0,
      unknown: [],
    });
    expect(await account.fwoa('status --stage nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no stage nothing'),
    });
  });

  it('puts a Binary and has it by signed URLs', async () => {
    const body = JSON.stringify({ resourceType: 'Binary', contentType: 'text/plain' });
    const created = await ask('/Binary', { method: 'POST', body });
    expect(created.status).toBe(201);
    const link = created.headers.get('link') ?? '';
    const uploadUrl = /<([^>]+)>; rel="edit-media"/.exec(link)?.[1] ?? '';
    // What the link says is to be sent with it.
    const headers = [...link.matchAll(/header="([^":]+): ([^"]*)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    );
    expect(headers.map(([name]) => name.toLowerCase()).sort()).toEqual(['content-type', 'if-none-match']);
    const content = 'x'.repeat(100_000);
    const uploaded = await fetch(uploadUrl, { method: 'PUT', body: content, headers });
    expect(uploaded.status).toBe(200);
    const { id } = (await created.json()) as { id: string };
    const read = await ask(`/Binary/${id}`, { headers: { accept: 'text/plain' }, redirect: 'manual' });
    expect(read.status).toBe(302);
    expect(await (await fetch(read.headers.get('location') ?? '')).text()).toBe(content);
  });

  it('keeps a client system to its limits', async () => {
    const key = (await run(`add-client slow --rate 1 --burst 1 --stage ${stage}`)).trim();
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await ask('/Patient', { key })).status));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(JSON.parse(await run(`clients --json --stage ${stage}`))).toMatchObject([
      { name: 'first' },
      { name: 'slow', rate: { perSecond: 1, burst: 1 } },
    ]);
    expect((await account.fwoa(`add-client slow --stage ${stage}`)).err).toContain(
      'There is a client system slow already.',
    );
    await run(`remove-client slow --yes --stage ${stage}`);
    await sleep(1100);
    expect([401, 403]).toContain((await ask('/Patient', { key })).status);
  });

  it('is changed under load without losing what was answered', async () => {
    let over = false;
    const answered: string[] = [];
    const others = new Map<number, number>();
    const writer = async (name: number) => {
      for (let n = 0; !over; n++) {
        const id = `load-${name}-${n}`;
        const { status } = await put(id, 'Load');
        if (status === 201) answered.push(id);
        else others.set(status, (others.get(status) ?? 0) + 1);
      }
    };
    account.configure({ functions: { memory: 2048 } });
    const writers = [writer(1), writer(2)];
    await run(`deploy --stage ${stage} --yes`);
    over = true;
    await Promise.all(writers);
    expect(answered.length).toBeGreaterThan(20);
    // The gateway may answer for a function that has just gone; never anything else.
    expect([...others.keys()].filter((status) => status < 500 && status !== 429)).toEqual([]);
    for (const id of answered.slice(-40)) expect((await ask(`/Patient/${id}`)).status).toBe(200);
    const type = 'Patient';
    for (let tries = 0; ; tries++) {
      const verified = await account.fwoa(`verify-index --json --type ${type} --stage ${stage}`);
      if (verified.code === 0 || tries === 20) {
        expect(JSON.parse(verified.out)).toMatchObject({ different: 0 });
        break;
      }
      await sleep(500);
    }
    expect(JSON.parse(await run(`reindex --json --type ${type} --stage ${stage}`))).toMatchObject({ refused: 0 });
    expect((await json(ask('/Patient?family=load&_summary=count'))).total).toBe(answered.length);
  });

  it('refuses a user who was removed, though the token still holds', async () => {
    await run(`add-user bob --role practitioner --stage ${stage}`, `${PASSWORD}\n`);
    const bob = (await run(`token --user bob --stage ${stage}`, `${PASSWORD}\n`)).trim();
    expect((await ask('/Patient?_count=1', { token: bob })).status).toBe(200);
    await run(`remove-user bob --yes --stage ${stage}`);
    await sleep(1100);
    expect((await ask('/Patient?_count=1', { token: bob })).status).toBe(401);
    expect((await account.fwoa(`token --user bob --stage ${stage}`, `${PASSWORD}\n`)).code).toBe(1);
    await run(`set-password ada --stage ${stage}`, `${PASSWORD}x\n`);
    await sleep(1100);
    expect((await ask('/Patient?_count=1')).status).toBe(401);
    token = (await run(`token --user ada --stage ${stage}`, `${PASSWORD}x\n`)).trim();
    expect((await ask('/Patient?_count=1')).status).toBe(200);
  });

  it.skipIf(examples === undefined)(
    `answers searches of Synthea as the embedded server does (${NEEDS_EXAMPLES})`,
    async () => {
      const embedded: TestApi = await openTestApi('4.0.1', {});
      for (const file of FILES) {
        const bundle = gunzipFile(join(examples ?? '', 'synthea', file));
        const headers = { 'content-type': 'application/fhir+json' };
        expect((await embedded.send('POST', '/', { body: bundle, headers })).status).toBe(200);
        const posted = await ask('/', { method: 'POST', body: bundle });
        expect(posted.status, (await posted.text()).slice(0, 500)).toBe(200);
      }
      const totals = async (path: string) => {
        const ours = (JSON.parse((await embedded.send('GET', path)).text) as { total?: number }).total;
        const theirs = ((await (await ask(path)).json()) as { total?: number }).total;
        return { path, ours, theirs };
      };
      const queries = QUERIES.map((query) => `${query}${query.includes('?') ? '&' : '?'}_total=accurate&_count=1`);
      for (const query of queries) {
        let answer = await totals(query);
        for (let tries = 0; tries < 40 && answer.theirs !== answer.ours; tries++) {
          await sleep(250);
          answer = await totals(query);
        }
        expect(answer.theirs, answer.path).toBe(answer.ours);
      }
      await embedded.close();
    },
  );

  it('stands beside another one, which is taken away alone', async () => {
    const other = JSON.parse(await run(`deploy --stage ${stage}-b --yes --json --fhir-version 3.0.1`)) as Deployed;
    expect(other).toMatchObject({ fhirVersion: '3.0.1' });
    expect((await fetch(`${other.url}/Patient`, { headers: { 'x-api-key': dev.apiKey } })).status).not.toBe(200);
    const twice = await account.fwoa(`deploy --stage ${stage}-b --yes --fhir-version 4.0.1`);
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining("can't be changed") });
    expect(await run(`destroy --stage ${stage}-b --yes`)).toContain('Nothing is left');
    expect(await account.inventory()).toEqual(before);
    expect((await ask('/Patient?_count=1')).status).toBe(200);
  });

  it('that could not be made is made by a second deployment, once the reason is put right', async () => {
    // The emulator knows no firewalls.
    account.configure({ api: { waf: { requestsPer5Minutes: 100 } } });
    const refused = await account.fwoa(`deploy --stage ${stage}-d --yes`);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('AWS::WAFv2::WebACLAssociation') });
    expect(await account.fwoa(`status --stage ${stage}-d`)).toMatchObject({ code: 1 });
    account.configure({});
    const made = JSON.parse(await run(`deploy --stage ${stage}-d --yes --json`)) as Deployed;
    expect((await fetch(`${made.url}/metadata`)).status).toBe(200);
    expect(await run(`destroy --stage ${stage}-d --yes`)).toContain('Nothing is left');
    expect(await account.inventory()).toEqual(before);
  });

  it('keeps its data where that is wanted, and gives it up afterwards', async () => {
    await run(`deploy --stage ${stage}-c --yes --production`);
    const kept = JSON.parse(await run(`destroy --stage ${stage}-c --yes --keep-data --json`)) as {
      kept: { service: string }[];
    };
    expect(kept.kept.map(({ service }) => service).sort()).toEqual(['cognito-idp', 'dynamodb', 'kms', 'logs', 's3']);
    expect(await run(`destroy --stage ${stage}-c --yes`)).toContain('Nothing is left');
    expect(await account.inventory()).toEqual(before);
  });

  it('is taken away, and nothing is left but what all stages share', async () => {
    const asked = await account.fwoa(`destroy --stage ${stage}`);
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await run(`destroy --stage ${stage} --yes`)).toContain('Nothing is left');
    const after = await account.inventory();
    expect(after).toMatchObject({
      stacks: ['CDKToolkit'],
      apis: [],
      keys: [],
      plans: [],
      tables: [],
      functions: [],
      logGroups: [],
      pools: [],
    });
    expect(after.buckets).toHaveLength(1);
    expect(await run(`destroy --stage ${stage} --yes`)).toContain('There is nothing of a stage');
    expect(await account.fwoa(`users --stage ${stage}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no stage'),
    });
  });
});

const QUERIES = [
  '/Patient?birthdate=gt1800',
  '/Observation',
  '/Observation?code=http://loinc.org|8302-2',
  '/Observation?date=ge2015',
  '/Observation?value-quantity=gt100',
  '/Encounter?status=finished',
  '/Condition?clinical-status=active',
  '/Observation?subject:Patient.gender=female',
  '/Patient?_has:Observation:patient:code=8302-2',
  '/MedicationRequest?status=active',
];

/** A patient of Synthea's, after the hospitals and practitioners that it refers to. */
const FILES = [
  '0-hospitalInformation1625911868739.json.gz',
  '0-practitionerInformation1625911868739.json.gz',
  '6c8f3e83-c351-ed33-c38d-6be101c275d2.json.gz',
];
