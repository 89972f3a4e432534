import type { AuditEvent } from '../audit/audit-event.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import { auditLine } from './log-audit.ts';
import type { WriteLine } from './log-line.ts';
import type { LogStream } from './put-log-events.ts';

/** Bytes of an event that CloudWatch Logs takes, with room for what it adds. */
const LARGEST = 1_000_000;

/** So many events that could not be written are kept to be written again. */
const KEPT = 100;

/**
 * The audit log as a log group of its own: an event is recorded when CloudWatch Logs has said so, before the answer goes out. One that it did not take
 * goes to the function's own log, and is offered again before the next request is begun: until it is taken, none is.
 *
 * @param write the function's own log
 */
export function openGroupAudit(stream: LogStream, write: WriteLine): AuditPort {
  let opened: Promise<void> | undefined;
  let waiting: string[] = [];

  function open(): Promise<void> {
    opened ??= stream.open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function catchUp(): Promise<void> {
    await open();
    // One by one: together they may be more than a call takes.
    for (let line = waiting[0]; line !== undefined; line = waiting[0]) {
      await stream.append([line]);
      waiting = waiting.filter((other) => other !== line);
    }
  }

  return {
    ready: () => (waiting.length === 0 && opened !== undefined ? opened : catchUp()),
    async record(event) {
      const whole = fitted(event);
      const line = auditLine(whole);
      try {
        await open();
        await stream.append([line]);
      } catch (error) {
        write(line);
        if (waiting.length < KEPT) waiting.push(auditLine({ ...whole, late: true }));
        throw error;
      }
    },
  };
}

/** The event, with fewer of the patients and resources that it names where all are more than an event may be. */
function fitted(event: AuditEvent): AuditEvent {
  if (Buffer.byteLength(auditLine(event)) <= LARGEST) return event;
  const { patients = [], entity = [], entries = [] } = event;
  return fitted({
    ...event,
    ...(event.patients && {
      patients: patients.slice(0, patients.length / 2),
      patientCount: event.patientCount ?? patients.length,
    }),
    ...(event.entity && {
      entity: entity.slice(0, entity.length / 2),
      entityCount: event.entityCount ?? entity.length,
    }),
    ...(event.entries && {
      entries: entries.slice(0, entries.length / 2),
      entryCount: event.entryCount ?? entries.length,
    }),
  });
}
