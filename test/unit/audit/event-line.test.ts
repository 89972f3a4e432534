import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { eventLine } from '../../../src/audit/event-line.ts';

const SMALL: AuditEvent = {
  v: 1,
  time: '2026-01-02T03:04:05.678Z',
  ms: 0.25,
  request: 'r-1',
  outcome: 'success',
  status: 200,
  method: 'GET',
};

const ENTITY = { type: 'Patient', id: 'p-1', version: 3 } as const;

describe('the line of an event', () => {
  it.each<[string, Partial<AuditEvent>]>([
    ['nothing more', {}],
    ['a user', { user: { id: 'u', name: 'ada' }, roles: ['practitioner'], client: { id: 'c', name: 'lab' } }],
    ['a user without a name', { user: { id: 'u' }, roles: [] }],
    ['several roles', { roles: ['a', 'b"', 'c\n'] }],
    ['names that JSON escapes', { user: { id: '"', name: '\\ \n\u0000' }, client: { id: '\t', name: 'é"' } }],
    ['a read', { address: '::1', interaction: 'read', type: 'Patient', id: 'x', patients: ['x'], entity: [ENTITY] }],
    ['a vread', { interaction: 'vread', version: 12, compartment: 'Patient/1', operation: '$everything' }],
    ['a search', { query: ['name', '?'], values: ['"', null], patients: ['a', 'b'], patientCount: 20_000 }],
    ['changes', { entity: [{ ...ENTITY, change: 'create' }, ENTITY], entityCount: 1001 }],
    ['a bundle', { entries: [{ interaction: 'read', outcome: 'refused' }], entryCount: 2000, late: true }],
  ])('is its JSON: %s', (_, more) => {
    const event = { ...SMALL, ...more };
    const line = eventLine(event);
    expect(line.endsWith('}\n')).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(/[\n\r]/);
    expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(event)));
  });

  it.each(['\u007f', '\u0085', '\u009f', '\u2028', '\u2029'])('escapes %j, which ends a line for some', (character) => {
    const line = eventLine({ ...SMALL, user: { id: 'u', name: `a${character}b` } });
    expect(line).not.toContain(character);
    expect(JSON.parse(line).user.name).toBe(`a${character}b`);
  });
});
