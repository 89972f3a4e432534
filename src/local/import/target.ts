import { setTimeout as sleep } from 'node:timers/promises';
import { isProblem, Problem, systemCode } from '../../config/problem.ts';
import type { LocalApi } from '../open-local-api.ts';

export interface TargetRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Relative to the base URL; empty: the base itself. */
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  /** Fail at once when nobody answers. */
  readonly once?: boolean | undefined;
}

export interface TargetResponse {
  readonly status: number;
  readonly body: Uint8Array;
}

/** The server that an import goes into. */
export interface ImportTarget {
  /** For people: a URL, or a data folder. */
  readonly name: string;
  send(request: TargetRequest): Promise<TargetResponse>;
}

/** Bodies are wanted only where something was refused. */
const HEADERS = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json', prefer: 'return=minimal' };

/** A server in this process, without HTTP between. */
export function directTarget(api: LocalApi, name: string): ImportTarget {
  return {
    name,
    async send({ method, path, body = new Uint8Array() }) {
      const response = await api.handle({ method, url: `/${path}`, headers: HEADERS, body: async () => body });
      const parts =
        response.body === undefined ? [] : response.body instanceof Uint8Array ? [response.body] : response.body;
      return {
        status: response.status,
        body: parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts),
      };
    },
  };
}

/** Pauses before each further attempt, in ms, when a server can't be reached or says that it is busy. */
const PAUSES = [200, 1000, 4000];
/** How often a request waits for a rate limit, and for how long at most, in s. */
const MOST_WAITS = 60;
const LONGEST_WAIT = 60;

/**
 * A server behind a URL.
 *
 * @param credentials headers that say who asks
 * @throws Problem, from `send`, when it can't be reached
 */
export function httpTarget(baseUrl: string, credentials: Readonly<Record<string, string>>): ImportTarget {
  const headers = { ...HEADERS, ...credentials };
  const attempt = async ({ method, path, body }: TargetRequest) => {
    const url = path === '' ? baseUrl : `${baseUrl}/${path}`;
    // Never on shared memory, which is all that the wider type allows beyond what fetch takes.
    const sent = body as Uint8Array<ArrayBuffer> | undefined;
    const response = await fetch(url, { method, headers, ...(sent && { body: sent }) });
    const answer = { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    if (answer.status === 401) throw notSignedIn(baseUrl, answer.body);
    return { ...answer, retryAfter: Number(response.headers.get('retry-after')) || undefined };
  };
  return {
    name: baseUrl,
    async send(request) {
      let limited = 0;
      for (const pause of request.once ? [] : PAUSES) {
        try {
          let response = await attempt(request);
          // What a rate limit holds back was not begun; it may hold back a whole import, a request at a time.
          for (; response.status === 429 && limited < MOST_WAITS; limited++) {
            await sleep(Math.min(response.retryAfter ?? 1, LONGEST_WAIT) * 1000);
            response = await attempt(request);
          }
          // Of a POST that failed so, nobody knows whether it was done.
          if (response.status !== 503 || request.method === 'POST') return response;
        } catch (error) {
          if (isProblem(error)) throw error;
          // Once it was connected, the request may have been carried out: only what can be repeated is.
          if (request.method === 'POST' && !wasRefused(error)) throw unreachable(baseUrl, error);
        }
        await sleep(pause);
      }
      return attempt(request).catch((error: unknown) => {
        throw isProblem(error) ? error : unreachable(baseUrl, error);
      });
    },
  };
}

function notSignedIn(baseUrl: string, body: Uint8Array): Problem {
  return new Problem('not-signed-in', {
    what: `The server ${baseUrl} does not let this import in.`,
    why: reasonIn(body),
    next: "Set FWOA_API_KEY to an API key and FWOA_TOKEN to a user's access token, and run the same command: it goes on where it was.",
  });
}

/** The text of an OperationOutcome. */
function reasonIn(body: Uint8Array): string | undefined {
  try {
    const { issue } = JSON.parse(Buffer.from(body).toString()) as { issue?: { details?: { text?: string } }[] };
    return issue?.[0]?.details?.text;
  } catch {
    return undefined;
  }
}

/** Nothing listened: the request did not begin. */
function wasRefused(error: unknown): boolean {
  return error instanceof Error && systemCode(error.cause) === 'ECONNREFUSED';
}

function unreachable(baseUrl: string, error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new Problem(
    'server-unreachable',
    {
      what: `The server ${baseUrl} does not answer.`,
      why: cause,
      next: 'When it does again, run the same command: it goes on where it was.',
    },
    { cause: error },
  );
}
