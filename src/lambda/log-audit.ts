import type { AuditEvent } from '../audit/audit-event.ts';
import type { AuditPort } from '../audit/audit-port.ts';
import type { WriteLine } from './log-line.ts';

/** By which the lines of the audit log are told from a function's others. */
export const AUDIT_MARK = 'audit';

/** An event as it stands in a log. */
export function auditLine(event: AuditEvent): string {
  return JSON.stringify({ [AUDIT_MARK]: event });
}

/**
 * The audit log of a function that was given no log group for it: one line of JSON an event, `{"audit": …}`, in the function's own log. Written
 * before the answer goes out.
 */
export function openLogAudit(write: WriteLine): AuditPort {
  return {
    record(event: AuditEvent) {
      write(auditLine(event));
    },
  };
}
