import { describe, expect, it } from 'vitest';
import { knownName } from '../../../src/audit/parameter-names.ts';
import { loadDefinitions } from '../../../src/fhir/definitions/load-definitions.ts';

describe('the name of a parameter, as far as it is known', () => {
  it.each([
    ['code', 'code'],
    ['_count', '_count'],
    ['_id', '_id'],
    ['_since', '_since'],
    ['_include:iterate', '_include:iterate'],
    ['code:in', 'code:in'],
    ['subject:Patient', 'subject:Patient'],
    ['subject:Patient.name', 'subject:Patient.name'],
    ['subject.name:exact', 'subject.name:exact'],
    ['patient.organization.name', 'patient.organization.name'],
    ['_has:Provenance:target:agent', '_has:Provenance:target:agent'],
    ['Lindqvist', '?'],
    ['', '?'],
    ['Anna Lindqvist', '?'],
    ['code:Lindqvist', 'code:?'],
    ['subject:Patient:Lindqvist', 'subject:?'],
    ['subject.Lindqvist', 'subject.?'],
    ['subject:Patient.Lindqvist', 'subject:Patient.?'],
    ['_has:Lindqvist:target:agent', '_has:?'],
    ['_has:Provenance:Lindqvist:agent', '_has:Provenance:?'],
    ['_has:Provenance:target:Lindqvist', '_has:Provenance:target:?'],
    ['access_token', '?'],
    ['__proto__', '?'],
  ])('%j is %j', (name, known) => {
    expect(knownName(loadDefinitions('4.0.1'), ['Observation'], name)).toBe(known);
  });
});
