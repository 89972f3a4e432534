import type { ElementDefinition, ResolvedElement, TypeDefinition } from './definitions.ts';

/** An element, as scripts/definitions writes it. */
interface RawElement {
  readonly t: readonly string[];
  readonly a?: 1;
  readonly m?: 1;
  readonly s?: 1;
  readonly x?: 1;
  readonly mod?: 1;
  readonly r?: readonly string[];
  readonly b?: readonly [string, string];
}

interface RawType {
  readonly kind: TypeDefinition['kind'];
  readonly base?: string;
  readonly elements: Readonly<Record<string, RawElement>>;
}

/** `elements.json`. */
export type RawTypes = Readonly<Record<string, RawType>>;

/** Types by name, each built when first asked for. */
export function elementTables(raw: () => RawTypes): {
  readonly type: (name: string) => TypeDefinition | undefined;
  readonly property: (type: string, property: string) => ResolvedElement | undefined;
} {
  const types = new Map<string, TypeDefinition>();
  const properties = new Map<string, ReadonlyMap<string, ResolvedElement>>();

  // What is not known is not kept: clients choose the names.
  function type(name: string): TypeDefinition | undefined {
    const known = types.get(name);
    if (known !== undefined || !Object.hasOwn(raw(), name)) return known;
    const built = build(name, raw()[name]);
    if (built !== undefined) types.set(name, built);
    return built;
  }

  function build(name: string, found: RawType | undefined): TypeDefinition | undefined {
    if (found === undefined) return undefined;
    const inherited = found.base === undefined ? undefined : type(found.base)?.elements;
    const elements = new Map<string, ElementDefinition>(inherited);
    for (const [element, definition] of Object.entries(found.elements))
      elements.set(element, toElement(element, definition));
    return { name, kind: found.kind, elements };
  }

  function property(typeName: string, name: string): ResolvedElement | undefined {
    const known = properties.get(typeName);
    if (known !== undefined) return known.get(name);
    const definition = type(typeName);
    if (definition === undefined) return undefined;
    const built = propertiesOf(definition);
    properties.set(typeName, built);
    return built.get(name);
  }

  return { type, property };
}

function toElement(name: string, { t, a, m, s, x, mod, r, b }: RawElement): ElementDefinition {
  return {
    name,
    types: t,
    array: a === 1,
    required: m === 1,
    summary: s === 1,
    choice: x === 1,
    modifier: mod === 1,
    targets: r,
    binding: b,
  };
}

/** Every JSON property of a type: a choice has one for each of its types. */
function propertiesOf(type: TypeDefinition): Map<string, ResolvedElement> {
  const properties = new Map<string, ResolvedElement>();
  for (const element of type.elements.values()) {
    for (const name of element.types) {
      const property = element.choice ? element.name + name.charAt(0).toUpperCase() + name.slice(1) : element.name;
      properties.set(property, { element, type: name });
    }
  }
  return properties;
}
