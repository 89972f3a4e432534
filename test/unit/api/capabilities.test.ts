import { describe, expect, it } from 'vitest';
import { BASE, type Json, openApi } from './api-fixture.ts';

const api = openApi();
const stu3 = openApi({ version: '3.0.1' });

describe('the capability statement', () => {
  it('says what is on, for every type', async () => {
    const answer = await api.send('GET /metadata');
    expect(answer.status).toBe(200);
    const statement = answer.json();
    expect(statement).toMatchObject({
      resourceType: 'CapabilityStatement',
      status: 'active',
      kind: 'instance',
      fhirVersion: '4.0.1',
      implementation: { url: BASE },
      software: { name: 'fwoa' },
    });
    const [rest] = statement.rest;
    expect(rest.resource).toHaveLength(146);
    expect(rest.interaction.map(({ code }: Json) => code)).toEqual([
      'transaction',
      'batch',
      'search-system',
      'history-system',
    ]);
    const found = rest.resource.find(({ type }: Json) => type === 'Patient');
    expect(found).toMatchObject({
      profile: 'http://hl7.org/fhir/StructureDefinition/Patient',
      versioning: 'versioned-update',
      conditionalDelete: 'multiple',
      updateCreate: true,
    });
    expect(found.searchInclude).toContain('Patient:general-practitioner');
    expect(found.searchRevInclude).toContain('Observation:subject');
    expect(found.searchParam).toContainEqual(
      expect.objectContaining({ name: 'birthdate', type: 'date', definition: expect.stringContaining('http://') }),
    );
  });

  it.each([
    ['', 200],
    ['?mode=full', 200],
    ['?mode=normative', 200],
    ['?mode=terminology', 400],
    ['?mode=x', 400],
    ['?_pretty=true', 200],
    ['?_summary=true', 200],
    ['?_elements=fhirVersion', 200],
    ['?_format=xml', 406],
  ])('at /metadata%s is %i', async (query, status) => {
    expect((await api.send(`GET /metadata${query}`)).status).toBe(status);
  });

  it('can be asked for by HEAD', async () => {
    expect(await api.send('HEAD /metadata')).toMatchObject({ status: 200, text: '' });
  });

  it('of STU3 has what STU3 asks for', async () => {
    const statement = (await stu3.send('GET /metadata')).json();
    expect(statement).toMatchObject({ fhirVersion: '3.0.1', acceptUnknown: 'no' });
    expect(statement.rest[0].resource.find(({ type }: Json) => type === 'Patient').profile).toEqual({
      reference: 'http://hl7.org/fhir/StructureDefinition/Patient',
    });
  });
});
