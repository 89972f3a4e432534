import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '@opensearch-project/opensearch';
import { SearchTooCostlyError, StoreUnavailableError } from '../../store.ts';
import type { SearchContext } from './search-context.ts';

/** A request to OpenSearch. */
export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | boolean>> | undefined;
  /** Lines of JSON when it is an array. */
  readonly body?: object | readonly object[] | undefined;
  /** In place of `body`: lines of JSON as they are. */
  readonly lines?: string | undefined;
  /** Not to be tried again. */
  readonly once?: boolean | undefined;
}

/** ms, by default, in which a request is tried again. */
const BUDGET = 10_000;

/** OpenSearch's words for a query that would take more than it gives. */
const TOO_COSTLY = /maxClauseCount|Determinizing automaton|too_many|too_complex|max_terms_count|max_result_window/;

/** An answer that says that the request was wrong: tried again, it would be the same. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly status: number;

  constructor(status: number, type: string) {
    // No more than the kind of error: its reason may quote the query, and so what a patient is searched by.
    super(`OpenSearch refused a request: ${status} ${type}`);
    this.status = status;
  }
}

/**
 * Sends a request, again while OpenSearch is overloaded or away.
 *
 * @throws StoreUnavailableError when it stays so for the whole budget
 * @throws SearchTooCostlyError when the query is more than OpenSearch takes
 * @throws EngineRefusal
 */
export async function send<T>(context: SearchContext, request: EngineRequest): Promise<T> {
  const deadline = performance.now() + (context.budget ?? BUDGET);
  for (let tries = 0; ; tries++) {
    const left = deadline - performance.now();
    try {
      const options = { maxRetries: 0, requestTimeout: Math.max(left, 1), headers: headersOf(request) };
      const { method, path, querystring } = request;
      const answer = await context.client.transport.request(
        { method, path, querystring: { ...querystring }, body: bodyOf(request) },
        options,
      );
      const failed = failedPart(answer.body);
      if (failed === undefined) return answer.body as T;
      throw new PartFailed(failed.status, failed);
    } catch (error) {
      const reason = reasonToRetry(error);
      const pause = Math.random() * Math.min(1000, 50 * 2 ** tries);
      if (request.once || performance.now() + pause >= deadline) throw new StoreUnavailableError(reason, 5);
      await sleep(pause);
    }
  }
}

/** A request for several searches succeeds though one of them has failed. */
class PartFailed extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super();
    this.status = status;
    this.body = body;
  }
}

function failedPart(body: unknown): { readonly status: number } | undefined {
  const { responses } = body as {
    readonly responses?: readonly { readonly status: number; readonly error?: object }[];
  };
  return responses?.find(({ error }) => error !== undefined);
}

function bodyOf({ body, lines }: EngineRequest): string | undefined {
  if (lines !== undefined) return lines;
  if (body === undefined) return undefined;
  return Array.isArray(body) ? body.map((line) => `${JSON.stringify(line)}\n`).join('') : JSON.stringify(body);
}

function headersOf({ body, lines }: EngineRequest): Record<string, string> {
  return { 'content-type': lines !== undefined || Array.isArray(body) ? 'application/x-ndjson' : 'application/json' };
}

/** Why another try may succeed. @throws what it is when none would */
function reasonToRetry(error: unknown): 'throttled' | 'unavailable' {
  if (error instanceof errors.ResponseError) return judge(error.statusCode ?? 500, error.body);
  if (error instanceof PartFailed) return judge(error.status, error.body);
  // Time-outs, resets, names that can't be resolved now.
  if (error instanceof errors.OpenSearchClientError) return 'unavailable';
  throw error;
}

/** Whether an answer with an error is worth another try. @throws what it is when it is not */
function judge(status: number, body: unknown): 'throttled' | 'unavailable' {
  if (status === 429) return 'throttled';
  if (TOO_COSTLY.test(JSON.stringify(body ?? '')))
    throw new SearchTooCostlyError('The search has too many or too long alternatives. Give fewer or shorter ones.');
  // What goes wrong within the engine is not the request's fault.
  if (status >= 500) return 'unavailable';
  throw new EngineRefusal(status, typeOf(body));
}

function typeOf(body: unknown): string {
  const type = (body as { error?: { root_cause?: { type?: unknown }[]; type?: unknown } } | undefined)?.error;
  const found = type?.root_cause?.[0]?.type ?? type?.type;
  return typeof found === 'string' && /^[a-z_]+$/.test(found) ? found : 'error';
}
