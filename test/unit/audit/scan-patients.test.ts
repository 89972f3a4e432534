import { describe, expect, it } from 'vitest';
import { namedPatients } from '../../../src/audit/named-patients.ts';
import { scanPatients } from '../../../src/audit/scan-patients.ts';

function found(body: unknown): string[] {
  const ids = new Set<string>();
  scanPatients(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), ids);
  return [...ids];
}

describe('the Patients that a body refers to', () => {
  it.each([
    ['a reference', { subject: { reference: 'Patient/p-1.x' } }, ['p-1.x']],
    ['one with a version', { subject: { reference: 'Patient/p1/_history/3' } }, ['p1']],
    ['an absolute one', { subject: { reference: 'https://h.example/fhir/Patient/p1' } }, ['p1']],
    ['one to a contained part', { subject: { reference: 'Patient/p1#part' } }, ['p1']],
    ['several, each once', { a: 'Patient/1', b: ['Patient/2', 'Patient/1'] }, ['1', '2']],
    ['one of another type', { subject: { reference: 'Group/1' } }, []],
    ['a type whose name ends so', { subject: { reference: 'SomePatient/1' } }, []],
    ['a text that speaks of one', { text: 'see Patient/1 for more, Patient/Anna' }, []],
    ['a text with a quotation', { text: 'see "Patient/Anna' }, []],
    ['a search in place of a reference', { subject: { reference: 'Patient?name=Anna' } }, []],
    ['an id that is too long', { subject: { reference: `Patient/${'a'.repeat(65)}` } }, []],
    ['nothing after the slash', { subject: { reference: 'Patient/' } }, []],
    ['a body that ends in the middle', '"Patient/1', []],
  ])('%s', (_, body, ids) => {
    expect(found(body)).toEqual(ids);
  });

  it('are found in a part of a larger buffer alone', () => {
    const all = new TextEncoder().encode('"Patient/before" "Patient/in" "Patient/after"');
    const ids = new Set<string>();
    scanPatients(all.subarray(17, 29), ids);
    expect([...ids]).toEqual(['in']);
  });
});

describe('the Patients that parameters name', () => {
  it.each([
    ['Observation', 'patient', '1,2', ['1', '2']],
    ['Observation', 'subject', 'Patient/1', ['1']],
    ['Observation', 'subject', 'https://h/fhir/Patient/1,Patient/2', ['1', '2']],
    ['Observation', 'subject:Patient', '1', ['1']],
    ['Observation', 'patient:missing', 'true', []],
    ['Observation', 'patient.name', 'Anna', []],
    ['Observation', 'patient', 'Anna Lindqvist', []],
    ['Patient', '_id', '1', ['1']],
    ['Observation', '_id', '1', []],
    ['Patient', 'name', 'Anna', []],
  ])('%s?%s=%s', (type, name, value, expected) => {
    const ids = new Set<string>();
    namedPatients(type, [[name, value]], ids);
    expect([...ids]).toEqual(expected);
  });
});
