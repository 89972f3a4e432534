import { handleBundle } from '../../src/api/bundle/handle-bundle.ts';
import { createFhirServer } from '../../src/api/create-fhir-server.ts';
import { createAuthorizer } from '../../src/auth/roles/create-authorizer.ts';
import { DEFAULT_ROLES } from '../../src/auth/roles/default-roles.ts';
import type { Allowable, Role } from '../../src/auth/roles/role.ts';
import { loadDefinitions } from '../../src/fhir/definitions/load-definitions.ts';
import { createIndexer } from '../../src/fhir/index/create-indexer.ts';
import { contentText, narrativeText } from '../../src/fhir/index/full-text.ts';
import { loadTerminology } from '../../src/fhir/terminology/load-terminology.ts';
import { createUnitConverter } from '../../src/fhir/ucum.ts';
import { openEmbeddedStore } from '../../src/storage/embedded/open-embedded-store.ts';

export const BASE = 'http://fhir.example.org';

/** `GET /Patient/1`, perhaps with a body and headers. */
export interface Asked {
  readonly line: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A server whose callers have the roles that they say. */
export interface World {
  ask(roles: readonly string[], asked: Asked): Promise<Answered>;
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

const definitions = loadDefinitions('4.0.1');
const terminology = loadTerminology('4.0.1');
const units = createUnitConverter();

export const FINANCIAL = ['Account', 'ChargeItem', 'Claim', 'Coverage', 'ExplanationOfBenefit', 'Invoice'];

const own = (name: string, interactions: readonly Allowable[], types: Role['rules'][number]['types']): Role => ({
  name,
  rules: [{ interactions, types }],
});

/** The default roles, and some of an installation's own. */
export const ROLES: readonly Role[] = [
  ...DEFAULT_ROLES,
  own(
    'biller',
    ['read', 'search-type', 'search-system', 'create', 'update', 'delete', 'transaction', 'history-instance'],
    FINANCIAL,
  ),
  // Changes what it may not see.
  own('feeder', ['create', 'update', 'delete', 'transaction'], '*'),
  // May read what it is given the id of, and find nothing.
  own('courier', ['read'], '*'),
  own('finder', ['search-type', 'search-system'], '*'),
  own('editor', ['read', 'search-type', 'update', 'transaction'], ['Claim']),
  {
    name: 'bundler',
    rules: [
      { interactions: ['create'], types: ['Claim', 'Coverage'] },
      { interactions: ['transaction'], types: ['Claim'] },
    ],
  },
  {
    name: 'explorer',
    rules: [
      { interactions: ['read', 'search-type'], types: ['Claim', 'Patient'] },
      { interactions: ['search-system', 'history-system'], types: ['Claim', 'Task'] },
    ],
  },
];

/** A server that holds these resources, and does the same thing each time: clock and ids are its own. */
export async function openWorld(
  resources: readonly { readonly resourceType: string; readonly id: string }[],
): Promise<World> {
  const errors: unknown[] = [];
  let ids = 0;
  const store = openEmbeddedStore({
    file: ':memory:',
    index: createIndexer(definitions, { baseUrl: BASE, units, terminology }),
    fullText: (resource) => ({ narrative: narrativeText(resource), content: contentText(resource) }),
  });
  const server = createFhirServer({
    definitions,
    terminology,
    units,
    store,
    baseUrl: BASE,
    software: { name: 'fwoa', version: '0.0.0' },
    bundles: handleBundle,
    auth: {
      authenticate: ({ headers }) => ({ id: 'someone', roles: headers['x-roles']?.split(',') ?? [] }),
      authorize: createAuthorizer(ROLES),
    },
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    newId: () => `new-${++ids}`,
    report: (error) => errors.push(error),
  });
  const ask: World['ask'] = async (roles, { line, body, headers = {} }) => {
    const [, method = '', url = ''] = /^(\S+) (.+)$/.exec(line) ?? [];
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await server.handle({
      method,
      url: url.replaceAll(' ', '%20').replaceAll('"', '%22'),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
        'x-roles': roles.join(),
      },
      body: async () => Buffer.from(text),
    });
    const parts = response.body ?? [];
    const bytes = parts instanceof Uint8Array ? parts : Buffer.concat(parts);
    return { status: response.status, headers: response.headers, text: Buffer.from(bytes).toString() };
  };
  for (const resource of resources) {
    const { status, text } = await ask(['practitioner'], {
      line: `PUT /${resource.resourceType}/${resource.id}`,
      body: resource,
    });
    if (status !== 201) throw new Error(text);
  }
  return { ask, errors, close: () => store.close() };
}

/** A Bundle to be carried out: `bundle('batch', ['GET Patient/1'], ['POST Patient', resource, { ifNoneExist: '…' }])`. */
export function bundle(
  type: 'batch' | 'transaction',
  ...entries: readonly (readonly [line: string, resource?: object, conditions?: object])[]
): object {
  const entry = entries.map(([line, resource, conditions]) => {
    const [method, url] = line.split(' ');
    return { resource, request: { method, url, ...conditions } };
  });
  return { resourceType: 'Bundle', type, entry };
}
