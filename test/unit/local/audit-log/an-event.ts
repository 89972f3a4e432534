import type { AuditEvent } from '../../../../src/audit/audit-event.ts';

/** An event; of the request `id`, by default. */
export function anEvent(id: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    v: 1,
    time: '2024-05-01T09:30:00.000Z',
    ms: 1,
    request: id,
    outcome: 'success',
    status: 200,
    method: 'GET',
    ...more,
  };
}
