// StructureDefinition snapshots become one flat table: a type for each resource, complex type and backbone element.
/** @typedef {import('./formats.d.ts').RawType} RawType */
/** @typedef {import('./formats.d.ts').RawElement} RawElement */
/** @typedef {import('./formats.d.ts').SourceStructure} SourceStructure */
/** @typedef {import('./formats.d.ts').SourceElement} SourceElement */

const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
const systemType = 'http://hl7.org/fhirpath/System.';

/** @param {string} url */
export const lastSegment = (url) => url.slice(url.lastIndexOf('/') + 1);

/** @param {string} canonical */
export const withoutVersion = (canonical) => canonical.replace(/\|.*$/, '');

/**
 * The definitions that make types: resources and data types, no profiles on them, no logical models.
 * @param {SourceStructure[]} structures
 */
export function typeDefinitions(structures) {
  return structures.filter(
    ({ kind, derivation }) => (kind === 'resource' || kind === 'complex-type') && derivation !== 'constraint',
  );
}

/**
 * @param {SourceElement} element
 * @param {boolean} hasChildren
 * @returns {string[]}
 */
function typesOf(element, hasChildren) {
  if (element.contentReference) return [element.contentReference.replace(/^.*#/, '')];
  // A backbone element, or an anonymous one of a data type (Timing.repeat): its own path is its type.
  if (hasChildren) return [element.path];
  const codes = (element.type ?? []).map((type) => {
    const code = type.code ?? '';
    if (!code.startsWith(systemType)) return code;
    // R4 gives ids and Extension.url as FHIRPath strings and says in an extension what FHIR calls them.
    return type.extension?.find(({ url }) => url === fhirType)?.valueUrl ?? 'string';
  });
  return [...new Set(codes)];
}

/**
 * @param {SourceElement} element
 * @returns {string[] | undefined}
 */
function targetsOf(element) {
  const profiles = (element.type ?? []).flatMap(({ targetProfile }) => targetProfile ?? []);
  const targets = [...new Set(profiles.map(lastSegment))].sort();
  return targets.length === 0 || targets.includes('Resource') ? undefined : targets;
}

/**
 * @param {SourceElement} element
 * @returns {RawElement['b']}
 */
function bindingOf({ binding }) {
  if (binding?.strength !== 'required' && binding?.strength !== 'extensible') return undefined;
  const valueSet = binding.valueSet ?? binding.valueSetReference?.reference ?? binding.valueSetUri;
  return valueSet === undefined ? undefined : [binding.strength, withoutVersion(valueSet)];
}

/**
 * @param {SourceElement} element
 * @param {boolean} hasChildren
 * @returns {RawElement}
 */
function toElement(element, hasChildren) {
  const limit = Number(element.max);
  const targets = targetsOf(element);
  const binding = bindingOf(element);
  return {
    t: typesOf(element, hasChildren),
    ...(element.max !== '1' && { a: 1 }),
    ...((element.min ?? 0) > 0 && { m: 1 }),
    ...(element.isSummary === true && { s: 1 }),
    ...(element.path.endsWith('[x]') && { x: 1 }),
    ...(element.isModifier === true && { mod: 1 }),
    ...(targets && { r: targets }),
    ...(binding && { b: binding }),
    ...(limit > 1 && { max: limit }),
  };
}

/**
 * The type each element belongs to ("Patient.contact" for "Patient.contact.name"), in the order of the definition.
 * @param {SourceStructure} structure
 */
function elementsByType(structure) {
  /** @type {Map<string, SourceElement[]>} */
  const types = new Map([[structure.id, []]]);
  for (const element of structure.snapshot.element) {
    const dot = element.path.lastIndexOf('.');
    if (dot < 0) continue;
    const owner = element.path.slice(0, dot);
    const siblings = types.get(owner) ?? [];
    types.set(owner, siblings);
    siblings.push(element);
  }
  return types;
}

/**
 * @param {SourceStructure} structure
 * @returns {RawType['kind']}
 */
function kindOf({ kind, abstract }) {
  if (abstract) return 'abstract';
  return kind === 'resource' ? 'resource' : 'complex';
}

/**
 * @param {SourceStructure} structure
 * @param {Map<string, SourceElement[]>} types
 * @param {string} name
 */
function baseOf(structure, types, name) {
  if (name === structure.id) return structure.baseDefinition && lastSegment(structure.baseDefinition);
  const own = structure.snapshot.element.find(({ path }) => path === name);
  const base = own?.type?.[0]?.code;
  if (base === undefined || !types.has(name)) throw new Error(`No base type for ${name}`);
  return base;
}

/**
 * Every type with all its elements, inherited ones too.
 * @param {SourceStructure[]} structures
 * @returns {Record<string, RawType>}
 */
function flattened(structures) {
  /** @type {Record<string, RawType>} */
  const result = {};
  for (const structure of typeDefinitions(structures)) {
    const types = elementsByType(structure);
    for (const [name, elements] of types) {
      const base = baseOf(structure, types, name);
      // R4's snapshots call the id of a resource a string; its page on Resource, and STU3, say id.
      const idType = name === structure.id && structure.kind === 'resource' ? 'id' : 'string';
      result[name] = {
        kind: name === structure.id ? kindOf(structure) : 'backbone',
        ...(base && { base }),
        elements: Object.fromEntries(
          elements.map((element) => [
            element.path.slice(name.length + 1).replace('[x]', ''),
            { ...toElement(element, types.has(element.path)), ...(element.path === `${name}.id` && { t: [idType] }) },
          ]),
        ),
      };
    }
  }
  return result;
}

/**
 * Leaves out what the base says already. Throws where base-then-own would not give the published order.
 * @param {string} name
 * @param {RawType} type
 * @param {Record<string, RawType>} all
 * @returns {RawType}
 */
function withoutInherited(name, type, all) {
  const base = type.base === undefined ? undefined : all[type.base];
  if (!base) return type;
  const inherited = Object.keys(base.elements);
  const order = Object.keys(type.elements);
  if (inherited.some((key, index) => order[index] !== key)) throw new Error(`${name} does not begin with its base`);
  const own = Object.entries(type.elements).filter(
    ([key, element]) => JSON.stringify(element) !== JSON.stringify(base.elements[key]),
  );
  return { ...type, elements: Object.fromEntries(own) };
}

/**
 * @param {SourceStructure[]} structures
 * @returns {Record<string, RawType>}
 */
export function buildElements(structures) {
  const all = flattened(structures);
  return Object.fromEntries(Object.entries(all).map(([name, type]) => [name, withoutInherited(name, type, all)]));
}

/**
 * A type's elements with the inherited ones: what a loader makes of the table.
 * @param {Record<string, RawType>} table
 * @param {string} name
 * @returns {Record<string, RawElement>}
 */
export function allElements(table, name) {
  const type = table[name];
  if (!type) return {};
  return { ...(type.base && allElements(table, type.base)), ...type.elements };
}

/** @param {Record<string, RawType>} table */
export function resourceTypes(table) {
  return Object.keys(table)
    .filter((name) => table[name]?.kind === 'resource')
    .sort();
}
