import type { AuditEvent } from './audit-event.ts';

/** Keeps what happened. */
export interface AuditPort {
  /** Called before a request is carried out. @throws when events can't be written at present */
  ready?(): void | Promise<void>;
  /** Called once a request, when its answer is known and before it is sent: done when the event is kept. @throws when it can't be */
  record(event: AuditEvent): void | Promise<void>;
}

/** Records nothing. */
export const NO_AUDIT: AuditPort = { record: () => undefined };
