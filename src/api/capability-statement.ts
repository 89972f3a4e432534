import type { Definitions, SearchParameter } from '../fhir/definitions/definitions.ts';
import type { Resource } from '../fhir/resource.ts';
import type { ServerContext } from './server-context.ts';

const FHIR = 'http://hl7.org/fhir';

const TYPE_INTERACTIONS = [
  'read',
  'vread',
  'update',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];
const SYSTEM_INTERACTIONS = ['transaction', 'batch', 'search-system', 'history-system'];

/**
 * What the server does (https://hl7.org/fhir/R4/capabilitystatement.html), computed from what it works with.
 *
 * @param date since when it is so, ms since the epoch.
 */
export function capabilityStatement(context: ServerContext, date: number): Resource {
  const { definitions, baseUrl, software } = context;
  const stu3 = definitions.version === '3.0.1';
  const included = includesByTarget(definitions);
  return {
    resourceType: 'CapabilityStatement',
    id: 'server',
    url: `${baseUrl}/metadata`,
    version: software.version,
    name: 'FhirServer',
    title: 'FHIR server',
    status: 'active',
    date: new Date(date).toISOString(),
    kind: 'instance',
    software: { name: software.name, version: software.version },
    implementation: { description: `${software.name} at ${baseUrl}`, url: baseUrl },
    fhirVersion: definitions.version,
    // STU3: what is not known is refused (required there, gone in R4).
    ...(stu3 ? { acceptUnknown: 'no' } : {}),
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        resource: definitions.resourceTypes.map((type) => resourceOf(definitions, type, included.get(type) ?? [])),
        interaction: SYSTEM_INTERACTIONS.map((code) => ({ code })),
        searchParam: definitions.commonSearchParameters.map(searchParam),
        compartment: definitions.compartmentTypes.map((type) => `${FHIR}/CompartmentDefinition/${type.toLowerCase()}`),
      },
    ],
  };
}

function resourceOf(definitions: Definitions, type: string, searchRevInclude: string[]) {
  const parameters = definitions.searchParameters(type);
  const profile = `${FHIR}/StructureDefinition/${type}`;
  return {
    type,
    profile: definitions.version === '3.0.1' ? { reference: profile } : profile,
    interaction: TYPE_INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'multiple',
    referencePolicy: ['literal', 'logical', 'local'],
    searchInclude: ['*', ...references(parameters).map(({ code }) => `${type}:${code}`)],
    searchRevInclude,
    searchParam: parameters.map(searchParam),
  };
}

function searchParam({ code, type, url, target }: SearchParameter) {
  return {
    name: code,
    ...(url === undefined ? {} : { definition: url }),
    type,
    ...(target === undefined ? {} : { documentation: `Refers to ${target.join(', ')}.` }),
  };
}

/** By type: the `_revinclude`s that can bring something in. */
function includesByTarget(definitions: Definitions): ReadonlyMap<string, string[]> {
  const included = new Map<string, string[]>(definitions.resourceTypes.map((type) => [type, []]));
  for (const source of definitions.resourceTypes) {
    for (const { code, target } of references(definitions.searchParameters(source))) {
      for (const type of target ?? definitions.resourceTypes) included.get(type)?.push(`${source}:${code}`);
    }
  }
  return included;
}

function references(parameters: readonly SearchParameter[]): readonly SearchParameter[] {
  return parameters.filter(({ type }) => type === 'reference');
}
