import { describe, expect, it } from 'vitest';
import { BASE, issueOf, patient } from '../api-fixture.ts';
import { entry, openBundleApi, urn } from './bundle-fixture.ts';

const api = openBundleApi();
const stu3 = openBundleApi({ version: '3.0.1' });

const ONE = urn(1);

/** A resource beside a patient that is created under {@link ONE}: what becomes of it, the patient's name put for its new one. */
async function beside(resource: Record<string, unknown>, of = api): Promise<Record<string, never>> {
  const [target, holder] = await of.written(
    entry('POST Patient', patient(), {}, ONE),
    entry(`POST ${resource.resourceType}`, resource),
  );
  return JSON.parse(JSON.stringify(holder).replaceAll(`Patient/${target.id}`, 'Patient/NEW'));
}

describe('a full URL is replaced', () => {
  const task = (name: string, value: unknown) => ({ resourceType: 'Task', input: [{ [name]: value }] });
  it.each([
    ['Reference', task('valueReference', { reference: ONE }), { reference: 'Patient/NEW' }],
    ['Reference with a fragment', task('valueReference', { reference: `${ONE}#a` }), { reference: 'Patient/NEW#a' }],
    ['uri', task('valueUri', ONE), 'Patient/NEW'],
    ['url', task('valueUrl', ONE), 'Patient/NEW'],
    ['uuid', task('valueUuid', ONE), 'Patient/NEW'],
    ['oid', task('valueOid', ONE), 'Patient/NEW'],
    ['canonical, which is a name', task('valueCanonical', ONE), ONE],
    ['Attachment.url', task('valueAttachment', { url: ONE }), { url: 'Patient/NEW' }],
  ])('in %s', async (_, resource, expected) => {
    const { input } = (await beside(resource)) as { input?: readonly object[] };
    expect(Object.values(input?.[0] ?? {})).toEqual([expected]);
  });

  it('in extensions, of primitives too, and in contained resources', async () => {
    const extension = [{ url: 'http://x', valueReference: { reference: ONE } }];
    const holder = await beside({
      resourceType: 'Patient',
      extension: [{ url: 'http://x', extension }],
      _birthDate: { extension: [{ url: 'http://x', valueUri: ONE }] },
      name: [{ given: ['A', 'B'], _given: [null, { extension: [{ url: 'http://x', valueUri: ONE }] }] }],
      contained: [{ resourceType: 'Observation', id: 'o', subject: { reference: ONE } }],
    });
    expect(JSON.stringify(holder).match(/Patient\/NEW/g)).toHaveLength(4);
  });

  it('in narratives, of sections too: in links, not in text', async () => {
    const div = `<div><a href="${ONE}">x</a> <img src = '${ONE}#i'/> <a href="${ONE}2">${ONE}</a></div>`;
    const holder = await beside({
      resourceType: 'Composition',
      text: { status: 'generated', div },
      section: [{ text: { status: 'generated', div } }],
    });
    const expected = `<div><a href="Patient/NEW">x</a> <img src = 'Patient/NEW#i'/> <a href="${ONE}2">${ONE}</a></div>`;
    expect(holder).toMatchObject({ text: { div: expected }, section: [{ text: { div: expected } }] });
  });

  it('in STU3 too, where attachments have uris', async () => {
    const holder = await beside(
      { resourceType: 'Communication', subject: { reference: ONE }, payload: [{ contentAttachment: { url: ONE } }] },
      stu3,
    );
    expect(holder).toMatchObject({
      subject: { reference: 'Patient/NEW' },
      payload: [{ contentAttachment: { url: 'Patient/NEW' } }],
    });
  });

  it('among resources that refer to each other, and to themselves', async () => {
    const link = (to: string) => patient({ link: [{ other: { reference: to }, type: 'seealso' }] });
    const [a, b, c] = await api.written(
      entry('POST Patient', link(urn(2)), {}, urn(1)),
      entry('PUT Patient/circle', { ...link(urn(1)), id: 'circle' }, {}, urn(2)),
      entry('POST Patient', link(urn(3)), {}, urn(3)),
    );
    expect(a.link[0].other.reference).toBe('Patient/circle');
    expect(b.link[0].other.reference).toBe(`Patient/${a.id}`);
    expect(c.link[0].other.reference).toBe(`Patient/${c.id}`);
  });
});

describe('a full URL stays', () => {
  it.each([
    ['strings', { resourceType: 'Observation', valueString: ONE }],
    ['annotations', { resourceType: 'Observation', note: [{ text: ONE }] }],
    ['the value of an identifier', patient({ identifier: [{ system: 'urn:ietf:rfc:3986', value: ONE }] })],
    ['the system of an identifier', patient({ identifier: [{ system: ONE, value: '1' }] })],
    ['the definition of an extension', patient({ extension: [{ url: ONE, valueBoolean: true }] })],
    ['what a resource calls itself', { resourceType: 'ValueSet', url: ONE }],
    ['properties that FHIR does not know', patient({ unknown: ONE })],
  ])('in %s', async (_, resource) => {
    expect(await beside({ ...resource } as Record<string, unknown>)).toMatchObject(resource);
  });

  it('within a Bundle that is stored: a document is what its author closed', async () => {
    const document = {
      type: 'document',
      entry: [
        { fullUrl: urn(8), resource: { resourceType: 'Composition', subject: { reference: ONE } } },
        { fullUrl: ONE, resource: patient({ link: [{ other: { reference: urn(9) } }] }) },
      ],
    };
    expect(await beside({ resourceType: 'Bundle', ...document })).toMatchObject(document);
  });

  it('where it is the canonical name of the resource', async () => {
    const url = 'http://e.org/StructureDefinition/p';
    const [definition, holder] = await api.written(
      entry('POST StructureDefinition', { resourceType: 'StructureDefinition', url }, {}, url),
      entry(
        'POST Patient',
        patient({
          meta: { profile: [url] },
          extension: [{ url }, { url: 'http://x', valueReference: { reference: url } }],
        }),
      ),
    );
    expect(definition.url).toBe(url);
    expect(holder.meta.profile).toEqual([url]);
    expect(holder.extension[0].url).toBe(url);
    expect(holder.extension[1].valueReference.reference).toBe(`StructureDefinition/${definition.id}`);
  });
});

describe('references by URL', () => {
  const observation = (reference: string) => ({ resourceType: 'Observation', subject: { reference } });
  const THERE = 'https://elsewhere.org/fhir';

  it.each([
    ['absolute', `${THERE}/Patient/7`, 'Patient/NEW'],
    ['relative', 'Patient/7', 'Patient/NEW'],
    ['to a version, which becomes the one written', `${THERE}/Patient/7/_history/4`, 'Patient/NEW/_history/1'],
    ['relative, to a version', 'Patient/7/_history/4', 'Patient/NEW/_history/1'],
    ['with a fragment', `${THERE}/Patient/7#c`, 'Patient/NEW#c'],
    ['to what is not in the transaction', `${THERE}/Patient/70`, `${THERE}/Patient/70`],
    ['relative, to what is not in the transaction', 'Patient/70', 'Patient/70'],
  ])('%s', async (_, reference, expected) => {
    const [target, holder] = await api.written(
      entry('POST Patient', patient(), {}, `${THERE}/Patient/7`),
      entry('POST Observation', observation(reference), {}, `${THERE}/Observation/8`),
    );
    expect(holder.subject.reference).toBe(expected.replace('NEW', target.id));
  });

  it.each([
    ['has a URN', urn(1)],
    ['is from elsewhere', 'https://third.org/fhir/Observation/1'],
    ['has no full URL', undefined],
  ])('relative ones are within the base of their entry: not followed when it %s', async (_, fullUrl) => {
    const [, holder] = await api.written(
      entry('POST Patient', patient(), {}, `${THERE}/Patient/7`),
      entry('POST Observation', observation('Patient/7'), {}, fullUrl),
    );
    expect(holder.subject.reference).toBe('Patient/7');
  });

  it('on this server become relative', async () => {
    const [, holder] = await api.written(
      entry('PUT Patient/here', patient({ id: 'here' }), {}, `${BASE}/Patient/here`),
      entry('POST Observation', observation(`${BASE}/Patient/here`)),
    );
    expect(holder.subject.reference).toBe('Patient/here');
  });

  it('to one of two versions of a resource', async () => {
    const version = (versionId: string) => patient({ meta: { versionId } });
    const [, second, holder] = await api.written(
      entry('POST Patient', version('1'), {}, `${THERE}/Patient/v`),
      entry('POST Patient', version('2'), {}, `${THERE}/Patient/v`),
      entry('POST Observation', observation(`${THERE}/Patient/v/_history/2`)),
    );
    expect(holder.subject.reference).toBe(`Patient/${second.id}/_history/1`);
  });

  it('in a batch are left as they are', async () => {
    const entries = [
      entry('POST Patient', patient(), {}, ONE),
      entry('PUT Observation/b', { ...observation(ONE), id: 'b' }),
    ];
    await api.post('batch', entries);
    expect((await api.send('GET /Observation/b')).json().subject.reference).toBe(ONE);
  });
});

describe('references by condition', () => {
  const observation = (...references: readonly string[]) => ({
    resourceType: 'Observation',
    performer: references.map((reference) => ({ reference })),
  });

  it('are searched for once, however often they occur', async () => {
    const searches: unknown[] = [];
    const counted = openBundleApi({
      wrapStore: (store) => ({
        ...store,
        search: (query) => {
          searches.push(query);
          return store.search(query);
        },
      }),
    });
    await counted.send('PUT /Patient/p', patient({ id: 'p', identifier: [{ value: 'p' }] }));
    const many = Array.from({ length: 50 }, () =>
      entry('POST Observation', observation('Patient?identifier=p', 'Patient?identifier=p')),
    );
    const all = await counted.written(...many);
    expect(all.every(({ performer }) => performer[1].reference === 'Patient/p')).toBe(true);
    expect(searches).toHaveLength(1);
  });

  it('find what a conditional update of the same transaction creates, however the condition is written', async () => {
    const [target, holder] = await api.written(
      entry('PUT Patient?identifier=cu%7Cnew', patient({ identifier: [{ system: 'cu', value: 'new' }] })),
      entry('POST Observation', observation('Patient?identifier=cu|new')),
    );
    expect(holder.performer[0].reference).toBe(`Patient/${target.id}`);
  });

  it('do not find what the same transaction deletes', async () => {
    await api.send('PUT /Patient/del', patient({ id: 'del', identifier: [{ value: 'del' }] }));
    const entries = [entry('DELETE Patient/del'), entry('POST Observation', observation('Patient?identifier=del'))];
    const answer = await api.post('transaction', entries);
    expect([answer.status, issueOf(answer).expression]).toEqual([412, 'Bundle.entry[1].resource']);
    expect((await api.send('GET /Patient/del')).status).toBe(200);
  });

  it('on a type that there is not are refused', async () => {
    const answer = await api.post('transaction', [entry('POST Observation', observation('Pateint?identifier=1'))]);
    expect([answer.status, issueOf(answer).expression]).toEqual([400, 'Bundle.entry[0].resource']);
  });
});
