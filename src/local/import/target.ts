import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, systemCode } from '../../config/problem.ts';
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

/**
 * A server behind a URL.
 *
 * @throws Problem, from `send`, when it can't be reached
 */
export function httpTarget(baseUrl: string): ImportTarget {
  const attempt = async ({ method, path, body }: TargetRequest): Promise<TargetResponse> => {
    const url = path === '' ? baseUrl : `${baseUrl}/${path}`;
    // Never on shared memory, which is all that the wider type allows beyond what fetch takes.
    const sent = body as Uint8Array<ArrayBuffer> | undefined;
    const response = await fetch(url, { method, headers: HEADERS, ...(sent && { body: sent }) });
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
  };
  return {
    name: baseUrl,
    async send(request) {
      for (const pause of request.once ? [] : PAUSES) {
        try {
          const response = await attempt(request);
          if (response.status !== 429 && response.status !== 503) return response;
        } catch (error) {
          // Once it was connected, the request may have been carried out: only what can be repeated is.
          if (request.method === 'POST' && !wasRefused(error)) throw unreachable(baseUrl, error);
        }
        await sleep(pause);
      }
      return attempt(request).catch((error: unknown) => {
        throw unreachable(baseUrl, error);
      });
    },
  };
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
