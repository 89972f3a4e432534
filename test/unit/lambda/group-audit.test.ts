import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { openGroupAudit } from '../../../src/lambda/group-audit.ts';
import { LogError, type LogStream } from '../../../src/lambda/put-log-events.ts';

const EVENT: AuditEvent = {
  v: 1,
  time: '2024-01-01T00:00:00.000Z',
  ms: 3,
  request: 'r1',
  outcome: 'success',
  status: 200,
  method: 'GET',
};

function world() {
  const state = { away: false };
  const calls: string[] = [];
  const written: string[] = [];
  const own: string[] = [];
  const check = () => {
    if (state.away) throw new LogError('PutLogEvents', 'lost');
  };
  const stream: LogStream = {
    async open() {
      calls.push('open');
      check();
    },
    async append(messages) {
      calls.push('append');
      check();
      written.push(...messages);
    },
  };
  const audit = openGroupAudit(stream, (line) => own.push(line));
  return { state, calls, written, own, audit };
}

const lineOf = (event: object) => JSON.stringify({ audit: event });

describe('the audit log in a log group of its own', () => {
  it('has an event when it is recorded, and its stream is opened once', async () => {
    const { audit, calls, written, own } = world();
    await audit.ready?.();
    await audit.record(EVENT);
    await audit.ready?.();
    await audit.record({ ...EVENT, request: 'r2' });
    expect(written).toEqual([lineOf(EVENT), lineOf({ ...EVENT, request: 'r2' })]);
    expect(calls).toEqual(['open', 'append', 'append']);
    expect(own).toEqual([]);
  });

  it('refuses, keeps what was not taken in the own log, and writes it before anything else is done', async () => {
    const { audit, state, written, own } = world();
    await audit.ready?.();
    state.away = true;
    await expect(audit.record(EVENT)).rejects.toThrow('lost');
    expect(own).toEqual([lineOf(EVENT)]);
    await expect(audit.ready?.()).rejects.toThrow('lost');
    state.away = false;
    await audit.ready?.();
    expect(written).toEqual([lineOf({ ...EVENT, late: true })]);
    await audit.ready?.();
    expect(written).toHaveLength(1);
  });

  it('tries again to open its stream', async () => {
    const { audit, state, calls } = world();
    state.away = true;
    await expect(audit.ready?.()).rejects.toThrow('lost');
    state.away = false;
    await audit.ready?.();
    expect(calls).toEqual(['open', 'open']);
  });

  it('names fewer of very many, and says how many there were', async () => {
    const { audit, written } = world();
    const patients = Array.from({ length: 10_000 }, (_, i) => `Patient/${'x'.repeat(120)}${i}`);
    await audit.record({ ...EVENT, patients });
    const [line = ''] = written;
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1_000_000);
    const { audit: event } = JSON.parse(line) as { audit: AuditEvent };
    expect(event.patientCount).toBe(10_000);
    expect(event.patients).toEqual(patients.slice(0, 5000));
  });
});
