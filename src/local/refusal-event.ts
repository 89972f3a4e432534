import { type AuditEvent, outcomeOf } from '../audit/audit-event.ts';

/** A request that the transport refused: broken HTTP, beyond its limits, for another host. */
export interface Refusal {
  readonly status: number;
  /** Undefined when it did not get so far. */
  readonly method?: string | undefined;
  readonly remoteAddress?: string | undefined;
  readonly requestId: string;
}

/** Records refusals; done before the answer goes out, where there is one to send. Never rejects. */
export type OnRefused = (refusal: Refusal) => Promise<void>;

/** The event of a refusal: what it asked for was never looked at. */
export function refusalEvent({ status, method = '', remoteAddress, requestId }: Refusal, now: number): AuditEvent {
  return {
    v: 1,
    time: new Date(now).toISOString(),
    ms: 0,
    request: requestId,
    outcome: outcomeOf(status),
    status,
    address: remoteAddress,
    method: /^[A-Z]{1,20}$/.test(method) ? method : '?',
  };
}
