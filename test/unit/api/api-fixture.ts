import { afterAll } from 'vitest';
import { createFhirServer, type FhirServer, type FhirServerOptions } from '../../../src/api/create-fhir-server.ts';
import type { FhirResponse } from '../../../src/api/http.ts';
import { loadDefinitions } from '../../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../../src/fhir/fhir-version.ts';
import { createIndexer } from '../../../src/fhir/index/create-indexer.ts';
import type { Terminology } from '../../../src/fhir/terminology/terminology.ts';
import { openEmbeddedStore } from '../../../src/storage/embedded/open-embedded-store.ts';
import type { Store } from '../../../src/storage/store.ts';

export const BASE = 'http://localhost/fhir';

/** No terminology: what depends on it is tested where it is. */
const terminology: Terminology = {
  expand: () => undefined,
  expandResource: () => undefined,
  below: () => undefined,
  above: () => undefined,
  isCaseSensitive: () => false,
};

const units = { canonical: () => undefined };

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; fails on one that is none. */
  json(): Json;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
export type Json = any;

export interface Api {
  readonly server: FhirServer;
  readonly store: Store;
  /** The server's own errors. */
  readonly reported: readonly unknown[];
  /** `GET /Patient/1`, with a body of text or of something to be JSON. */
  send(line: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface ApiOptions extends Partial<FhirServerOptions> {
  readonly version?: FhirVersion | undefined;
  /** Puts itself before the store. */
  readonly wrapStore?: ((store: Store) => Store) | undefined;
}

/** A server on an empty store in memory, closed after the tests of the file. */
export function openApi({ version = '4.0.1', wrapStore = (store) => store, ...options }: ApiOptions = {}): Api {
  const definitions = loadDefinitions(version);
  const index = createIndexer(definitions, { baseUrl: BASE, units });
  const store = openEmbeddedStore({ file: ':memory:', index });
  afterAll(() => store.close());
  const reported: unknown[] = [];
  const server = createFhirServer({
    definitions,
    terminology,
    units,
    store: wrapStore(store),
    baseUrl: BASE,
    software: { name: 'fwoa', version: '0.0.0' },
    bundles: async () => ({ status: 200, headers: {} }),
    report: (error) => reported.push(error),
    ...options,
  });
  return { server, store, reported, send: (line, body, headers) => send(server, line, body, headers) };
}

async function send(
  server: FhirServer,
  line: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const [method = '', url = ''] = line.split(' ');
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const response = await server.handle({ method, url: `/fhir${url}`, headers, body: async () => Buffer.from(text) });
  return answerOf(response);
}

function answerOf({ status, headers, body }: FhirResponse): Answer {
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.concat(body);
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString();
  return { status, headers, text, json: () => JSON.parse(text) };
}

/** The text and code of an answer's first issue. */
export function issueOf(answer: Answer): {
  readonly code: string;
  readonly text: string;
  readonly expression?: string | undefined;
} {
  const [issue] = answer.json().issue;
  return { code: issue.code, text: issue.details.text, expression: issue.expression?.[0] };
}

/** A patient. */
export function patient(more: object = {}): object {
  return { resourceType: 'Patient', ...more };
}
