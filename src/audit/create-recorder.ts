import { FhirError } from '../fhir/operation-outcome.ts';
import type { AuditPort } from './audit-port.ts';
import { createEvent, type EventOptions, type RequestFacts } from './create-event.ts';

/** What becomes of a request whose event can't be written: it is refused, or answered all the same and the failure reported. */
export type AuditFailure = 'refuse' | 'continue';

export interface RecorderOptions extends EventOptions {
  readonly audit: AuditPort;
  readonly failure: AuditFailure;
  /** Gets the first failure of a row of them. */
  readonly report: (error: unknown) => void;
}

/** Records requests, and says when one must not be answered because it can't be recorded. */
export interface Recorder {
  /** Before a request is carried out. @returns why it must not be; undefined when it may */
  refusal(): Promise<FhirError | undefined> | undefined;
  /** When its answer is known. @returns what is to be answered in its place, if anything */
  record(facts: RequestFacts): Promise<FhirError | undefined> | undefined;
}

/** Interactions that change nothing. */
const READS = /^(v?read|search|history|capabilities)/;

/** Makes what stands between the server and the audit port. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { audit, failure, report } = options;
  let failing = false;

  function failed(error: unknown, answer: () => FhirError): FhirError | undefined {
    if (!failing) report(new Error('The audit log cannot be written.', { cause: error }));
    failing = true;
    return failure === 'refuse' ? answer() : undefined;
  }

  /** Without a promise where the port gives none: a read costs little more itself. */
  function attempt(
    call: () => void | Promise<void>,
    done: () => undefined,
    answer: () => FhirError,
  ): Promise<FhirError | undefined> | undefined {
    try {
      const pending = call();
      return pending === undefined ? done() : pending.then(done, (error: unknown) => failed(error, answer));
    } catch (error) {
      return Promise.resolve(failed(error, answer));
    }
  }

  const ready = () => audit.ready?.();
  const asBefore = () => undefined;
  const works = () => {
    failing = false;
    return undefined;
  };
  return {
    refusal: () => (failure === 'refuse' ? attempt(ready, asBefore, notBegun) : undefined),
    record(facts) {
      const record = () => audit.record(createEvent(facts, options));
      return attempt(record, works, () => notRecorded(facts));
    },
  };
}

function notBegun(): FhirError {
  return unavailable(
    'The audit log cannot be written, and nothing is done without it. Nothing of this request was done.',
  );
}

function notRecorded({ interaction, status }: RequestFacts): FhirError {
  const mayHaveChanged = interaction !== undefined && !READS.test(interaction.name) && (status < 400 || status >= 500);
  const what = mayHaveChanged
    ? 'The change that it asks for may have been made.'
    : 'Nothing was changed, and the answer is withheld.';
  return unavailable(`The audit log could not be written, so this request could not be recorded. ${what}`);
}

function unavailable(text: string): FhirError {
  return new FhirError(503, 'transient', text, { headers: { 'retry-after': '5' } });
}
