import type { FhirVersion } from '../fhir-version.ts';
import { tableReader } from './definition-files.ts';
import type { Definitions, SearchParameter } from './definitions.ts';
import { elementTables, type RawTypes } from './element-tables.ts';
import { elementTypes } from './element-types.ts';
import { type SharedIndex, shareIndex } from './shared-index.ts';

type RawParameters = Readonly<Record<string, Readonly<Record<string, Omit<SearchParameter, 'code'>>>>>;
type RawCompartments = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What one FHIR release defines. Nothing is read before it is asked for; what was read is kept in the object that is returned. */
export function loadDefinitions(version: FhirVersion): Definitions {
  const read = tableReader(version);
  const resourceTypes = once(() => read<readonly string[]>('resource-types'));
  const typeNames = once(() => new Set(resourceTypes()));
  const parameters = once(() => read<RawParameters>('search-parameters'));
  const compartments = once(() => read<RawCompartments>('compartments'));
  const { type, property } = elementTables(once(() => read<RawTypes>('elements')));
  const byType = new Map<string, ReadonlyMap<string, SearchParameter>>();
  const shared = new Map<string, SharedIndex>();
  const elements = new Map<SearchParameter, ReadonlySet<string>>();

  const own = (base: string): SearchParameter[] =>
    Object.entries(parameters()[base] ?? {}).map(([code, parameter]) => ({ code, ...parameter }));
  const common = once(() => [...own('Resource'), ...own('DomainResource')].sort(byCode));

  function parametersOf(name: string): ReadonlyMap<string, SearchParameter> {
    const known = byType.get(name);
    if (known !== undefined) return known;
    // What is not known is not kept: clients choose the names.
    if (!typeNames().has(name)) return new Map();
    const all = [...common(), ...own(name)].sort(byCode);
    const built = new Map(all.map((parameter) => [parameter.code, parameter]));
    byType.set(name, built);
    return built;
  }

  function sharedIndexOf(name: string): SharedIndex {
    const known = shared.get(name);
    if (known !== undefined) return known;
    const made = shareIndex(name, [...parametersOf(name).values()]);
    if (typeNames().has(name)) shared.set(name, made);
    return made;
  }

  function elementTypesOf(name: string, code: string): ReadonlySet<string> {
    const parameter = parametersOf(name).get(code);
    if (parameter === undefined) return new Set();
    // A parameter of all resource types has the same elements in each.
    const known = elements.get(parameter);
    if (known !== undefined) return known;
    const found = elementTypes({ type }, name, parameter);
    elements.set(parameter, found);
    return found;
  }

  return {
    version,
    get resourceTypes() {
      return resourceTypes();
    },
    isResourceType: (name) => typeNames().has(name),
    type,
    property,
    searchParameters: (name) => [...parametersOf(name).values()],
    searchParameter: (name, code) => parametersOf(name).get(code),
    elementTypes: elementTypesOf,
    sharedIndex: sharedIndexOf,
    get commonSearchParameters() {
      return common();
    },
    get compartmentTypes() {
      return Object.keys(compartments());
    },
    compartmentParameters(compartment, name) {
      const codes = typeNames().has(compartment) ? compartments()[compartment]?.[name] : undefined;
      // STU3 has chains here, `agent.patient`: their first part is the parameter.
      const usable = codes?.filter((code) => code === '{def}' || parametersOf(name).has(code.split('.')[0] ?? ''));
      return usable?.length ? usable : undefined;
    },
  };
}

function byCode(a: SearchParameter, b: SearchParameter): number {
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

/** A value made when it is first asked for. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
