import { describe, expect, it, onTestFinished } from 'vitest';
import { HIDDEN, SHOWN } from './authorization-hidden-records.ts';
import { type Asked, bundle, openWorld } from './authorization-world.ts';

async function fresh(role: string) {
  const world = await openWorld([...SHOWN, ...HIDDEN]);
  onTestFinished(async () => {
    expect(world.errors).toEqual([]);
    await world.close();
  });
  const send = (line: string, body?: unknown, headers?: Asked['headers']) => world.ask([role], { line, body, headers });
  const asPractitioner = (line: string) => world.ask(['practitioner'], { line });
  const count = async (type: string) => JSON.parse((await asPractitioner(`GET /${type}?_summary=count`)).text).total;
  return { send, asPractitioner, count };
}

const claim = (more: object = {}) => ({ resourceType: 'Claim', status: 'draft', ...more });

describe('who may update and not create', () => {
  it.each<[string, string, object, number]>([
    ['updates what is there', '/Claim/c1', claim({ id: 'c1' }), 200],
    ['makes nothing under an id', '/Claim/new', claim({ id: 'new' }), 403],
    ['updates what a condition finds', '/Claim?status=active', claim(), 200],
    ['makes nothing where a condition finds nothing', '/Claim?status=cancelled', claim(), 403],
    ['nor with an id of their choice', '/Claim?status=cancelled', claim({ id: 'new' }), 403],
  ])('%s', async (_, url, body, status) => {
    for (const how of ['alone', 'batch', 'transaction'] as const) {
      const { send, count } = await fresh('editor');
      const answer =
        how === 'alone'
          ? await send(`PUT ${url}`, body)
          : await send('POST /', bundle(how, [`PUT ${url.slice(1)}`, body]));
      const entry = how === 'alone' ? undefined : JSON.parse(answer.text).entry?.[0];
      const told = entry === undefined ? answer.status : Number.parseInt(entry.response.status, 10);
      expect([how, told]).toEqual([how, status]);
      expect(await count('Claim')).toBe(2);
    }
  });

  it('brings nothing back', async () => {
    const { send, asPractitioner } = await fresh('editor');
    await asPractitioner('DELETE /Claim/c1');
    expect((await send('PUT /Claim/c1', claim({ id: 'c1' }))).status).toBe(403);
    expect((await asPractitioner('GET /Claim/c1')).status).toBe(410);
  });
});

describe('transaction', () => {
  const coverage = { resourceType: 'Coverage', status: 'active' };

  it('is needed on the type of each entry, and nothing is done without', async () => {
    const { send, count } = await fresh('bundler');
    const both = bundle('transaction', ['POST Claim', claim()], ['POST Coverage', coverage]);
    const answer = await send('POST /', both);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).issue[0]).toMatchObject({
      expression: ['Bundle.entry[1].request'],
      details: { text: 'You may not do "transaction" on Coverage: you have the role bundler.' },
    });
    expect([await count('Claim'), await count('Coverage')]).toEqual([2, 1]);
    expect((await send('POST /', bundle('transaction', ['POST Claim', claim()]))).status).toBe(200);
    expect((await send('POST /', bundle('batch', ['POST Coverage', coverage]))).status).toBe(200);
    expect([await count('Claim'), await count('Coverage')]).toEqual([3, 2]);
  });

  it('lets its writer see nothing but what it wrote', async () => {
    const { send } = await fresh('bundler');
    const answer = await send('POST /', bundle('transaction', ['POST Claim', claim()]), {
      prefer: 'return=representation',
    });
    const [{ resource, response }] = JSON.parse(answer.text).entry;
    expect(resource).toMatchObject(claim());
    expect((await send(`GET /Claim/${response.location.split('/').at(-3)}`)).status).toBe(403);
  });
});

describe('what goes over all types', () => {
  const typesOf = (text: string) =>
    new Set(JSON.parse(text).entry.map(({ fullUrl }: { fullUrl: string }) => fullUrl.split('/').at(-2)));

  it('shows those types that it is allowed on, and of these what may be read', async () => {
    const { send } = await fresh('explorer');
    expect(typesOf((await send('GET /')).text)).toEqual(new Set(['Claim']));
    expect(typesOf((await send('GET /?_include=*')).text)).toEqual(new Set(['Claim']));
    expect(typesOf((await send('GET /_history')).text)).toEqual(new Set(['Claim', 'Task']));
    for (const type of ['Patient', 'Task']) expect((await send(`GET /?_type=${type}`)).status).toBe(403);
  });

  it('a compartment is a search of its types', async () => {
    const { send } = await fresh('explorer');
    expect(typesOf((await send('GET /Patient/p1/*')).text)).toEqual(new Set(['Claim', 'Patient']));
  });
});
