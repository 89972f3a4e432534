import type { AuditEvent } from '../audit/audit-event.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import type { WriteLine } from './log-line.ts';

/** By which the lines of the audit log are told from a function's others. */
export const AUDIT_MARK = 'audit';

/**
 * The audit log of a function: one line of JSON an event, `{"audit": …}`, on its standard output, from where it goes into the log group. Written before the answer
 * goes out.
 */
export function openLogAudit(write: WriteLine): AuditPort {
  return {
    record(event: AuditEvent) {
      write(JSON.stringify({ [AUDIT_MARK]: event }));
    },
  };
}
